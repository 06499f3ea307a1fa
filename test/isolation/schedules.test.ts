import {describeGolden} from '../support/golden';
import {answerSchedules} from '../support/isolation/schedule';

describe('Between transactions', () => {
  describeGolden('test/isolation/schedules', answerSchedules);
});
