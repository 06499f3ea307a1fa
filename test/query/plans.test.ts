import {describeGolden} from '../support/golden';
import {answerPlans} from '../support/query/plans';

describe('The planner', () => {
  describeGolden('test/query/plans', answerPlans);
});
