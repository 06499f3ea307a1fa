/** For packages that are ES modules only, which jest cannot require on Node.js 20. */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '\\.js$': [
      'babel-jest',
      {plugins: ['@babel/plugin-transform-modules-commonjs']},
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(?:neotraverse|uuid)/)'],
  watchman: false,
};
