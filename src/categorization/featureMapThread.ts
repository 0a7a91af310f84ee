/** A thread that projects features on a plane. */
import { answerRequests } from '../threads';
import type { Vectors } from './featureBytes';
import { type PrincipalPlane, principalPlane } from './principalPlane';

answerRequests((features: Vectors): PrincipalPlane => principalPlane(features));
