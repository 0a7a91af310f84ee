import { Field, ID } from 'type-graphql';
import { BadUserInput } from '../../errors';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';

/** The source of a model: a folder of the inbox, or an upload. */
type ModelSource = { folder: string } | { uploadId: string };

@InputOf<ModelSource, 'idempotencyKey'>('The model to register: exactly one of `folder` and `uploadId`.')
export class RegisterDetectorInput extends RepeatableInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Name of a folder directly in the server's model inbox (MODEL_INBOX) with exactly two files, " +
      'model.json and model.onnx.',
  })
  folder?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Id of an upload of kind MODEL, from PUT /uploads. The detector does not depend on the upload afterwards.',
  })
  uploadId?: string | null;
}

/**
 * Reads the source of the model.
 *
 * @throws BadUserInput unless exactly one source is named
 */
export function toModelSource({ folder, uploadId }: RegisterDetectorInput): ModelSource {
  if (folder != null && uploadId == null) return { folder };
  if (uploadId != null && folder == null) return { uploadId };
  throw new BadUserInput('Expected exactly one of folder and uploadId.', 'input');
}
