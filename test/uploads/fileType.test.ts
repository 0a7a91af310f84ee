import { detectFileType } from '../../src/uploads/fileType';

const typeOf = (text: string) => detectFileType(Buffer.from(text).subarray(0, 132));

describe('what a text is', () => {
  it.each([
    '[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]',
    '[]',
    '{"image": "a.png", "x1": 1}\n{"image": "b.png", "x1": 2}',
    'image,x1,y1,x2,y2,score\na.png,1,2,3,4,0.5',
    'score;"file_name";x1',
  ])('is a file of detections: %s', (text) => {
    expect(typeOf(text)).toBe('DETECTIONS');
  });

  it.each(['{"00080016": {"vr": "UI"}}', '[{ "0008002A": {"vr": "DT"}}]'])(
    'is no detection in DICOM’s JSON: %s',
    (text) => {
      expect(() => typeOf(text)).toThrow(/the content is DICOM in JSON/);
    },
  );

  it('is nothing known where no column names images', () => {
    expect(() => typeOf('x1,y1,x2,y2,score\n1,2,3,4,0.5')).toThrow(/the content is none of them/);
  });
});
