/** Filters that nobody can mean, by what is wrong with them. */
export const malformedFilters: Readonly<Record<string, unknown>> = {
  'an unknown operator': {where: {population: {gtt: 1}}},
  'a between with one value': {where: {population: {between: [1]}}},
  'an inq that is no array': {where: {country: {inq: 'CH'}}},
  'a near without a point': {where: {position: {near: 'here'}}},
  'an unknown unit': {
    where: {position: {near: {lat: 1, lng: 2}, unit: 'parsec'}},
  },
  'a negative limit': {limit: -1},
  'a fractional limit': {limit: 1.5},
  'a negative skip': {skip: -1},
  'an order without a direction that exists': {order: 'population UP'},
  'an and that is no array': {where: {and: {name: 'x'}}},
  'a where that is an array': {where: [1]},
  'a like that is no text': {where: {name: {like: 5}}},
  'a regular expression that could stall': {
    where: {name: {regexp: '(?=x)(a+)+$'}},
  },
  'a MongoDB operator': {where: {name: {$gt: ''}}},
  'an unknown relation': {include: ['mayor']},
  'a filter that is no object': 'all of them',
};
