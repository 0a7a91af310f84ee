/**
 * What the Basic Application Level Confidentiality Profile of DICOM (PS3.15, table E.1-1) removes or replaces. None of it is ever kept of an
 * upload, whose reader takes a handful of numbers and nothing else; this table only says, of a file, what was left behind.
 */

/** Group and element in hexadecimal, and the name of the attribute. */
const TABLE = `
00001000 Affected SOP Instance UID
00001001 Requested SOP Instance UID
00020003 Media Storage SOP Instance UID
00041511 Referenced SOP Instance UID in File
00080012 Instance Creation Date
00080013 Instance Creation Time
00080014 Instance Creator UID
00080015 Instance Coercion DateTime
00080017 Acquisition UID
00080018 SOP Instance UID
00080019 Pyramid UID
00080020 Study Date
00080021 Series Date
00080022 Acquisition Date
00080023 Content Date
00080024 Overlay Date
00080025 Curve Date
0008002a Acquisition DateTime
00080030 Study Time
00080031 Series Time
00080032 Acquisition Time
00080033 Content Time
00080034 Overlay Time
00080035 Curve Time
00080050 Accession Number
00080054 Retrieve AE Title
00080055 Station AE Title
00080058 Failed SOP Instance UID List
00080080 Institution Name
00080081 Institution Address
00080082 Institution Code Sequence
00080090 Referring Physician's Name
00080092 Referring Physician's Address
00080094 Referring Physician's Telephone Numbers
00080096 Referring Physician Identification Sequence
0008009c Consulting Physician's Name
0008009d Consulting Physician Identification Sequence
00080106 Context Group Version
00080107 Context Group Local Version
00080201 Timezone Offset From UTC
00081000 Network ID
00081010 Station Name
00081030 Study Description
0008103e Series Description
00081040 Institutional Department Name
00081041 Institutional Department Type Code Sequence
00081048 Physician(s) of Record
00081049 Physician(s) of Record Identification Sequence
00081050 Performing Physician's Name
00081052 Performing Physician Identification Sequence
00081060 Name of Physician(s) Reading Study
00081062 Physician(s) Reading Study Identification Sequence
00081070 Operators' Name
00081072 Operator Identification Sequence
00081080 Admitting Diagnoses Description
00081084 Admitting Diagnoses Code Sequence
00081088 Pyramid Description
00081110 Referenced Study Sequence
00081111 Referenced Performed Procedure Step Sequence
00081120 Referenced Patient Sequence
00081140 Referenced Image Sequence
00081155 Referenced SOP Instance UID
00081195 Transaction UID
00081301 Principal Diagnosis Code Sequence
00081302 Primary Diagnosis Code Sequence
00081303 Secondary Diagnoses Code Sequence
00081304 Histological Diagnoses Code Sequence
00082111 Derivation Description
00082112 Source Image Sequence
00083010 Irradiation Event UID
00084000 Identifying Comments
00100010 Patient's Name
00100011 Person Names to Use Sequence
00100012 Name to Use
00100013 Name to Use Comment
00100014 Third Person Pronouns Sequence
00100015 Pronoun Code Sequence
00100016 Pronoun Comment
00100020 Patient ID
00100021 Issuer of Patient ID
00100030 Patient's Birth Date
00100032 Patient's Birth Time
00100040 Patient's Sex
00100041 Gender Identity Sequence
00100042 Sex Parameters for Clinical Use Category Comment
00100043 Sex Parameters for Clinical Use Category Sequence
00100044 Gender Identity Code Sequence
00100045 Gender Identity Comment
00100046 Sex Parameters for Clinical Use Category Code Sequence
00100047 Sex Parameters for Clinical Use Category Reference
00100050 Patient's Insurance Plan Code Sequence
00100101 Patient's Primary Language Code Sequence
00100102 Patient's Primary Language Modifier Code Sequence
00101000 Other Patient IDs
00101001 Other Patient Names
00101002 Other Patient IDs Sequence
00101005 Patient's Birth Name
00101010 Patient's Age
00101020 Patient's Size
00101030 Patient's Weight
00101040 Patient's Address
00101050 Insurance Plan Identification
00101060 Patient's Mother's Birth Name
00101080 Military Rank
00101081 Branch of Service
00101090 Medical Record Locator
00101100 Referenced Patient Photo Sequence
00102000 Medical Alerts
00102110 Allergies
00102150 Country of Residence
00102152 Region of Residence
00102154 Patient's Telephone Numbers
00102155 Patient's Telecom Information
00102160 Ethnic Group
00102161 Ethnic Group Code Sequence
00102162 Ethnic Groups
00102180 Occupation
001021a0 Smoking Status
001021b0 Additional Patient History
001021c0 Pregnancy Status
001021d0 Last Menstrual Date
001021f0 Patient's Religious Preference
00102203 Patient's Sex Neutered
00102297 Responsible Person
00102299 Responsible Organization
00104000 Patient Comments
00120010 Clinical Trial Sponsor Name
00120020 Clinical Trial Protocol ID
00120021 Clinical Trial Protocol Name
00120022 Issuer of Clinical Trial Protocol ID
00120023 Other Clinical Trial Protocol IDs Sequence
00120030 Clinical Trial Site ID
00120031 Clinical Trial Site Name
00120032 Issuer of Clinical Trial Site ID
00120040 Clinical Trial Subject ID
00120041 Issuer of Clinical Trial Subject ID
00120042 Clinical Trial Subject Reading ID
00120043 Issuer of Clinical Trial Subject Reading ID
00120050 Clinical Trial Time Point ID
00120051 Clinical Trial Time Point Description
00120055 Issuer of Clinical Trial Time Point ID
00120060 Clinical Trial Coordinating Center Name
00120071 Clinical Trial Series ID
00120072 Clinical Trial Series Description
00120073 Issuer of Clinical Trial Series ID
00120081 Clinical Trial Protocol Ethics Committee Name
00120082 Clinical Trial Protocol Ethics Committee Approval Number
00120086 Ethics Committee Approval Effectiveness Start Date
00120087 Ethics Committee Approval Effectiveness End Date
0014407c Calibration Time
0014407e Calibration Date
0016002b Maker Note
0016004b Device Setting Description
0016004d Camera Owner Name
0016004e Lens Specification
0016004f Lens Make
00160050 Lens Model
00160051 Lens Serial Number
00160070 GPS Version ID
00160071 GPS Latitude Ref
00160072 GPS Latitude
00160073 GPS Longitude Ref
00160074 GPS Longitude
00160075 GPS Altitude Ref
00160076 GPS Altitude
00160077 GPS Time Stamp
00160078 GPS Satellites
00160079 GPS Status
0016007a GPS Measure Mode
0016007b GPS DOP
0016007c GPS Speed Ref
0016007d GPS Speed
0016007e GPS Track Ref
0016007f GPS Track
00160080 GPS Img Direction Ref
00160081 GPS Img Direction
00160082 GPS Map Datum
00160083 GPS Dest Latitude Ref
00160084 GPS Dest Latitude
00160085 GPS Dest Longitude Ref
00160086 GPS Dest Longitude
00160087 GPS Dest Bearing Ref
00160088 GPS Dest Bearing
00160089 GPS Dest Distance Ref
0016008a GPS Dest Distance
0016008b GPS Processing Method
0016008c GPS Area Information
0016008d GPS Date Stamp
0016008e GPS Differential
00180010 Contrast/Bolus Agent
00180027 Intervention Drug Stop Time
00180035 Intervention Drug Start Time
00181000 Device Serial Number
00181002 Device UID
00181004 Plate ID
00181005 Generator ID
00181007 Cassette ID
00181008 Gantry ID
00181009 Unique Device Identifier
0018100a UDI Sequence
0018100b Manufacturer's Device Class UID
00181010 Secondary Capture Device ID
00181011 Hardcopy Creation Device ID
00181012 Date of Secondary Capture
00181014 Time of Secondary Capture
00181030 Protocol Name
00181042 Contrast/Bolus Start Time
00181043 Contrast/Bolus Stop Time
00181072 Radiopharmaceutical Start Time
00181073 Radiopharmaceutical Stop Time
00181078 Radiopharmaceutical Start DateTime
00181079 Radiopharmaceutical Stop DateTime
001811bb Acquisition Field Of View Label
00181200 Date of Last Calibration
00181201 Time of Last Calibration
00181202 DateTime of Last Calibration
00181203 Calibration DateTime
00181204 Date of Manufacture
00181205 Date of Installation
00181400 Acquisition Device Processing Description
00182042 Target UID
00184000 Acquisition Comments
00185011 Transducer Identification Sequence
0018700a Detector ID
0018700c Date of Last Detector Calibration
0018700e Time of Last Detector Calibration
00189074 Frame Acquisition DateTime
00189151 Frame Reference DateTime
00189185 Respiratory Motion Compensation Technique Description
00189367 X-Ray Source ID
00189369 Source Start DateTime
0018936a Source End DateTime
00189371 X-Ray Detector ID
00189373 X-Ray Detector Label
0018937b Multi-energy Acquisition Description
0018937f Decomposition Description
00189424 Acquisition Protocol Description
00189516 Start Acquisition DateTime
00189517 End Acquisition DateTime
00189623 Functional Sync Pulse
00189701 Decay Correction DateTime
00189804 Exclusion Start DateTime
00189919 Instruction Performed DateTime
00189937 Requested Series Description
0018a002 Contribution DateTime
0018a003 Contribution Description
0020000d Study Instance UID
0020000e Series Instance UID
00200010 Study ID
00200027 Pyramid Label
00200052 Frame of Reference UID
00200200 Synchronization Frame of Reference UID
00203401 Modifying Device ID
00203403 Modified Image Date
00203405 Modified Image Time
00203406 Modified Image Description
00204000 Image Comments
00209158 Frame Comments
00209161 Concatenation UID
00209164 Dimension Organization UID
00281199 Palette Color Lookup Table UID
00281214 Large Palette Color Lookup Table UID
00284000 Image Presentation Comments
00320012 Study ID Issuer
00320032 Study Verified Date
00320033 Study Verified Time
00320034 Study Read Date
00320035 Study Read Time
00321000 Scheduled Study Start Date
00321001 Scheduled Study Start Time
00321010 Scheduled Study Stop Date
00321011 Scheduled Study Stop Time
00321020 Scheduled Study Location
00321021 Scheduled Study Location AE Title
00321030 Reason for Study
00321032 Requesting Physician
00321033 Requesting Service
00321040 Study Arrival Date
00321041 Study Arrival Time
00321050 Study Completion Date
00321051 Study Completion Time
00321060 Requested Procedure Description
00321066 Reason for Visit
00321067 Reason for Visit Code Sequence
00321070 Requested Contrast Agent
00324000 Study Comments
00340001 Flow Identifier Sequence
00340002 Flow Identifier
00340005 Source Identifier
00340007 Frame Origin Timestamp
00380004 Referenced Patient Alias Sequence
00380010 Admission ID
00380011 Issuer of Admission ID
00380014 Issuer of Admission ID Sequence
0038001a Scheduled Admission Date
0038001b Scheduled Admission Time
0038001c Scheduled Discharge Date
0038001d Scheduled Discharge Time
0038001e Scheduled Patient Institution Residence
00380020 Admitting Date
00380021 Admitting Time
00380030 Discharge Date
00380032 Discharge Time
00380040 Discharge Diagnosis Description
00380050 Special Needs
00380060 Service Episode ID
00380061 Issuer of Service Episode ID
00380062 Service Episode Description
00380064 Issuer of Service Episode ID Sequence
00380300 Current Patient Location
00380400 Patient's Institution Residence
00380500 Patient State
00384000 Visit Comments
003a0020 Multiplex Group Label
003a0203 Channel Label
003a020c Channel Derivation Description
003a0310 Multiplex Group UID
003a0314 Impedance Measurement DateTime
003a0329 Waveform Filter Description
003a032b Filter Lookup Table Description
00400001 Scheduled Station AE Title
00400002 Scheduled Procedure Step Start Date
00400003 Scheduled Procedure Step Start Time
00400004 Scheduled Procedure Step End Date
00400005 Scheduled Procedure Step End Time
00400006 Scheduled Performing Physician's Name
00400007 Scheduled Procedure Step Description
00400009 Scheduled Procedure Step ID
0040000b Scheduled Performing Physician Identification Sequence
00400010 Scheduled Station Name
00400011 Scheduled Procedure Step Location
00400012 Pre-Medication
00400241 Performed Station AE Title
00400242 Performed Station Name
00400243 Performed Location
00400244 Performed Procedure Step Start Date
00400245 Performed Procedure Step Start Time
00400250 Performed Procedure Step End Date
00400251 Performed Procedure Step End Time
00400253 Performed Procedure Step ID
00400254 Performed Procedure Step Description
00400275 Request Attributes Sequence
00400280 Comments on the Performed Procedure Step
00400310 Comments on Radiation Dose
0040050a Specimen Accession Number
00400512 Container Identifier
00400513 Issuer of the Container Identifier Sequence
0040051a Container Description
00400551 Specimen Identifier
00400554 Specimen UID
00400555 Acquisition Context Sequence
00400556 Acquisition Context Description
00400562 Issuer of the Specimen Identifier Sequence
00400600 Specimen Short Description
00400602 Specimen Detailed Description
00400610 Specimen Preparation Sequence
004006fa Slide Identifier
00401001 Requested Procedure ID
00401002 Reason for the Requested Procedure
00401004 Patient Transport Arrangements
00401005 Requested Procedure Location
0040100a Reason for Requested Procedure Code Sequence
00401010 Names of Intended Recipients of Results
00401011 Intended Recipients of Results Identification Sequence
00401101 Person Identification Code Sequence
00401102 Person's Address
00401103 Person's Telephone Numbers
00401104 Person's Telecom Information
00401400 Requested Procedure Comments
00402001 Reason for the Imaging Service Request
00402004 Issue Date of Imaging Service Request
00402005 Issue Time of Imaging Service Request
00402008 Order Entered By
00402009 Order Enterer's Location
00402010 Order Callback Phone Number
00402011 Order Callback Telecom Information
00402016 Placer Order Number / Imaging Service Request
00402017 Filler Order Number / Imaging Service Request
00402400 Imaging Service Request Comments
00403001 Confidentiality Constraint on Patient Data Description
00404005 Scheduled Procedure Step Start DateTime
00404008 Scheduled Procedure Step Expiration DateTime
00404010 Scheduled Procedure Step Modification DateTime
00404011 Expected Completion DateTime
00404025 Scheduled Station Name Code Sequence
00404027 Scheduled Station Geographic Location Code Sequence
00404028 Performed Station Name Code Sequence
00404030 Performed Station Geographic Location Code Sequence
00404034 Scheduled Human Performers Sequence
00404035 Actual Human Performers Sequence
00404036 Human Performer's Organization
00404037 Human Performer's Name
00404050 Performed Procedure Step Start DateTime
00404051 Performed Procedure Step End DateTime
00404052 Procedure Step Cancellation DateTime
0040a023 Findings Group Recording Date (Trial)
0040a024 Findings Group Recording Time (Trial)
0040a027 Verifying Organization
0040a030 Verification DateTime
0040a032 Observation DateTime
0040a033 Observation Start DateTime
0040a034 Effective Start DateTime
0040a035 Effective Stop DateTime
0040a073 Verifying Observer Sequence
0040a075 Verifying Observer Name
0040a078 Author Observer Sequence
0040a07a Participant Sequence
0040a07c Custodial Organization Sequence
0040a082 Participation DateTime
0040a088 Verifying Observer Identification Code Sequence
0040a110 Date of Document or Verbal Transaction (Trial)
0040a112 Time of Document Creation or Verbal Transaction (Trial)
0040a120 DateTime
0040a121 Date
0040a122 Time
0040a123 Person Name
0040a124 UID
0040a13a Referenced DateTime
0040a171 Observation UID
0040a172 Referenced Observation UID (Trial)
0040a192 Observation Date (Trial)
0040a193 Observation Time (Trial)
0040a307 Current Observer (Trial)
0040a352 Verbal Source (Trial)
0040a353 Address (Trial)
0040a354 Telephone Number (Trial)
0040a358 Verbal Source Identifier Code Sequence (Trial)
0040a402 Observation Subject UID (Trial)
0040a730 Content Sequence
0040b020 Waveform Annotation Sequence
0040b034 Annotation DateTime
0040b036 Segment Definition DateTime
0040b03b Montage Name
0040b03f Montage Channel Label
0040db06 Template Version
0040db07 Template Local Version
0040db0c Template Extension Organization UID
0040db0d Template Extension Creator UID
0040e004 HL7 Document Effective Time
0040e012 Display URI
00420011 Encapsulated Document
00440004 Approval Status DateTime
0044000b Product Expiration DateTime
00440010 Substance Administration DateTime
00440104 Assertion DateTime
00440105 Assertion Expiration DateTime
0050001b Container Component ID
00500020 Device Description
00500021 Long Device Description
00620021 Tracking UID
00640003 Source Frame of Reference UID
00686226 Effective DateTime
00686270 Information Issue DateTime
006a0003 Annotation Group UID
006a0005 Annotation Group Label
006a0006 Annotation Group Description
00700001 Graphic Annotation Sequence
00700006 Unformatted Text Value
00700082 Presentation Creation Date
00700083 Presentation Creation Time
00700084 Content Creator's Name
00700086 Content Creator's Identification Code Sequence
0070031a Fiducial UID
00701101 Presentation Display Collection UID
00701102 Presentation Sequence Collection UID
0072000a Hanging Protocol Creation DateTime
0072005e Selector AE Value
0072005f Selector AS Value
00720061 Selector DA Value
00720063 Selector DT Value
00720065 Selector OB Value
00720066 Selector LO Value
00720068 Selector LT Value
0072006a Selector PN Value
0072006b Selector TM Value
0072006c Selector SH Value
0072006d Selector UN Value
0072006e Selector ST Value
00720070 Selector UT Value
00720071 Selector UR Value
00741234 Receiving AE
00741236 Requesting AE
00880140 Storage Media File-set UID
00880200 Icon Image Sequence(see Note 11)
00880904 Topic Title
00880906 Topic Subject
00880910 Topic Author
00880912 Topic Keywords
01000420 SOP Authorization DateTime
04000100 Digital Signature UID
04000105 Digital Signature DateTime
04000115 Certificate of Signer
04000310 Certified Timestamp
04000402 Referenced Digital Signature Sequence
04000403 Referenced SOP Instance MAC Sequence
04000404 MAC
04000550 Modified Attributes Sequence
04000551 Nonconforming Modified Attributes Sequence
04000552 Nonconforming Data Element Value
04000561 Original Attributes Sequence
04000562 Attribute Modification DateTime
04000563 Modifying System
04000564 Source of Previous Values
04000565 Reason for the Attribute Modification
04000600 Instance Origin Status
20300020 Text String
21000040 Creation Date
21000050 Creation Time
21000070 Originator
21000140 Destination AE
22000002 Label Text
22000005 Barcode Value
30020121 Position Acquisition Template Name
30020123 Position Acquisition Template Description
30060002 Structure Set Label
30060004 Structure Set Name
30060006 Structure Set Description
30060008 Structure Set Date
30060009 Structure Set Time
30060024 Referenced Frame of Reference UID
30060026 ROI Name
30060028 ROI Description
3006002d ROI DateTime
3006002e ROI Observation DateTime
30060038 ROI Generation Description
3006004d ROI Creator Sequence
3006004e ROI Interpreter Sequence
30060085 ROI Observation Label
30060088 ROI Observation Description
300600a6 ROI Interpreter
300600c2 Related Frame of Reference UID
30080024 Treatment Control Point Date
30080025 Treatment Control Point Time
30080054 First Treatment Date
30080056 Most Recent Treatment Date
30080105 Source Serial Number
30080162 Safe Position Exit Date
30080164 Safe Position Exit Time
30080166 Safe Position Return Date
30080168 Safe Position Return Time
30080250 Treatment Date
30080251 Treatment Time
300a0002 RT Plan Label
300a0003 RT Plan Name
300a0004 RT Plan Description
300a0006 RT Plan Date
300a0007 RT Plan Time
300a000b Treatment Sites
300a000e Prescription Description
300a0013 Dose Reference UID
300a0016 Dose Reference Description
300a0054 Table Top Position Alignment UID
300a0072 Fraction Group Description
300a0083 Referenced Dose Reference UID
300a00b2 Treatment Machine Name
300a00c3 Beam Description
300a00dd Bolus Description
300a0196 Fixation Device Description
300a01a6 Shielding Device Description
300a01b2 Setup Technique Description
300a0216 Source Manufacturer
300a022c Source Strength Reference Date
300a022e Source Strength Reference Time
300a02eb Compensator Description
300a0608 Treatment Position Group Label
300a0609 Treatment Position Group UID
300a0611 RT Accessory Holder Slot ID
300a0615 RT Accessory Device Slot ID
300a0619 Radiation Dose Identification Label
300a0623 Radiation Dose In-Vivo Measurement Label
300a062a RT Tolerance Set Label
300a0650 Patient Setup UID
300a0676 Equipment Frame of Reference Description
300a067c Radiation Generation Mode Label
300a067d Radiation Generation Mode Description
300a0700 Treatment Session UID
300a0734 Treatment Tolerance Violation Description
300a0736 Treatment Tolerance Violation DateTime
300a073a Recorded RT Control Point DateTime
300a0741 Interlock DateTime
300a0742 Interlock Description
300a0760 Override DateTime
300a0783 Interlock Origin Description
300a0785 Referenced Treatment Position Group UID
300a078e Patient Treatment Preparation Procedure Parameter Description
300a0792 Patient Treatment Preparation Method Description
300a0794 Patient Setup Photo Description
300a079a Displacement Reference Label
300c0113 Reason for Omission Description
300c0127 Beam Hold Transition DateTime
300e0004 Review Date
300e0005 Review Time
300e0008 Reviewer Name
30100006 Conceptual Volume UID
3010000b Referenced Conceptual Volume UID
3010000f Conceptual Volume Combination Description
30100013 Constituent Conceptual Volume UID
30100015 Source Conceptual Volume UID
30100017 Conceptual Volume Description
3010001b Device Alternate Identifier
3010002d Device Label
30100031 Referenced Fiducials UID
30100033 User Content Label
30100034 User Content Long Label
30100035 Entity Label
30100036 Entity Name
30100037 Entity Description
30100038 Entity Long Label
3010003b RT Treatment Phase UID
30100043 Manufacturer's Device Identifier
3010004c Intended Phase Start Date
3010004d Intended Phase End Date
30100054 RT Prescription Label
30100056 RT Treatment Approach Label
3010005a RT Physician Intent Narrative
3010005c Reason for Superseding
30100061 Prior Treatment Dose Description
3010006e Dosimetric Objective UID
3010006f Referenced Dosimetric Objective UID
30100077 Treatment Site
3010007a Treatment Technique Notes
3010007b Prescription Notes
3010007f Fractionation Notes
30100081 Prescription Notes Sequence
30100085 Intended Fraction Start Time
40000010 Arbitrary
40004000 Text Comments
40080040 Results ID
40080042 Results ID Issuer
40080100 Interpretation Recorded Date
40080101 Interpretation Recorded Time
40080102 Interpretation Recorder
40080108 Interpretation Transcription Date
40080109 Interpretation Transcription Time
4008010a Interpretation Transcriber
4008010b Interpretation Text
4008010c Interpretation Author
40080111 Interpretation Approver Sequence
40080112 Interpretation Approval Date
40080113 Interpretation Approval Time
40080114 Physician Approving Interpretation
40080115 Interpretation Diagnosis Description
40080118 Results Distribution List Sequence
40080119 Distribution Name
4008011a Distribution Address
40080200 Interpretation ID
40080202 Interpretation ID Issuer
40080300 Impressions
40084000 Results Comments
fffafffa Digital Signatures Sequence
fffcfffc Data Set Trailing Padding
`;

const NAMES = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => [line.slice(0, 8), line.slice(9)] as const),
);

/** Rows of the table that stand for a range: repeating groups, and all that makers of scanners add. */
function nameOfRange(tag: string): string | undefined {
  if (Number.parseInt(tag.slice(3, 4), 16) % 2 === 1) return 'Private Attribute';
  if (tag.startsWith('50')) return 'Curve Data';
  if (/^60..3000$/.test(tag)) return 'Overlay Data';
  if (/^60..4000$/.test(tag)) return 'Overlay Comments';
  return undefined;
}

/**
 * @param tag eight hexadecimal digits, group and element
 * @returns the name of an attribute that the profile removes; undefined for one that it keeps
 */
export function nameOfRemovedTag(tag: string): string | undefined {
  const key = tag.toLowerCase();
  return NAMES.get(key) ?? nameOfRange(key);
}
