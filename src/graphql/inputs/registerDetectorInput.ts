import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A model to register.' })
export class RegisterDetectorInput {
  @Field(() => String, {
    description:
      "Name of a folder directly in the server's inbox of models (MODEL_INBOX), which holds model.json and model.onnx and nothing else.",
  })
  folder!: string;
}
