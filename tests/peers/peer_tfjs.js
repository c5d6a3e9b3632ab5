// The peer in browsers: workloads of tests/bench/bench.cpp in TensorFlow.js with its WebAssembly backend, on one
// thread and with SIMD.
//   node peer_tfjs.js NPM_FOLDER            prints the names
//   node peer_tfjs.js NPM_FOLDER NAME...    prints NAME <tab> seconds of processor time, the median of seven runs
'use strict';
const { createRequire } = require('module');
const { resolve } = require('path');

const [folder, ...wanted] = process.argv.slice(2);
const packages = createRequire(resolve(folder, 'index.js'));
const tf = packages('@tensorflow/tfjs');
const wasm = packages('@tensorflow/tfjs-backend-wasm');

const variable = shape => tf.variable(tf.randomUniform(shape, -0.1, 0.1));

// tf.layers would build the same operations and check more on the way.
function dense(from, to) {
  const weight = variable([from, to]), bias = variable([to]);
  return x => tf.add(tf.matMul(x, weight), bias);
}

function lstmCell(features, hidden) {
  const weights = variable([features + hidden, 4 * hidden]), bias = variable([4 * hidden]);
  return (x, h, c) => {
    const gates = tf.split(tf.add(tf.matMul(tf.concat([x, h], 1), weights), bias), 4, 1);
    const [i, f, o] = [gates[0], gates[1], gates[3]].map(gate => tf.sigmoid(gate));
    const next = tf.add(tf.mul(f, c), tf.mul(i, tf.tanh(gates[2])));
    return [tf.mul(o, tf.tanh(next)), next];
  };
}

function autoencoder(hidden) {
  const series = tf.randomUniform([1, 14, 5]), columns = tf.unstack(series, 1);
  const encoder = lstmCell(5, hidden), cell = lstmCell(5, hidden), readout = dense(hidden, 5);
  return trainStep(() => {
    let h = tf.zeros([1, hidden]), c = h;
    for (const x of columns) [h, c] = encoder(x, h, c);
    const steps = [readout(h)];
    while (steps.length < columns.length) {
      [h, c] = cell(steps[steps.length - 1], h, c);
      steps.push(readout(h));
    }
    return tf.losses.meanSquaredError(series, tf.stack(steps, 1));
  });
}

function perceptron() {
  const x = tf.randomNormal([128, 784]), first = dense(784, 256), second = dense(256, 10);
  const labels = tf.oneHot(tf.randomUniform([128], 0, 10, 'int32'), 10);
  return trainStep(() => tf.losses.softmaxCrossEntropy(labels, second(tf.relu(first(x)))));
}

function trainStep(loss) {
  const adam = tf.train.adam();
  return () => adam.minimize(loss);
}

const operation = f => {
  const v = tf.randomNormal([4e6]);
  return () => tf.dispose(f(v));
};
const product = n => {
  const a = tf.randomNormal([n, n]), b = tf.randomNormal([n, n]);
  return () => tf.dispose(tf.matMul(a, b));
};

const workloads = {
  autoencoder_h5: () => autoencoder(5),
  autoencoder_h100: () => autoencoder(100),
  mlp_784_256_10_B128: perceptron,
  matmul_64: () => product(64),
  matmul_256: () => product(256),
  matmul_1024: () => product(1024),
  exp_4M: () => operation(tf.exp),
  tanh_4M: () => operation(tf.tanh),
  sigmoid_4M: () => operation(tf.sigmoid),
  mul_4M: () => operation(v => tf.mul(v, v)),
};

function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

// Iterates for half a second, then seven times as often as fills 0.05 s.
function seconds(step) {
  let count = 0;
  const start = now();
  for (; now() < start + 0.5; ++count) step();
  count = Math.max(1, Math.floor(count / 10));
  const times = Array.from({ length: 7 }, () => {
    const start = now();
    for (let i = 0; i < count; ++i) step();
    return (now() - start) / count;
  });
  return times.sort((a, b) => a - b)[3];
}

async function main() {
  if (!wanted.length) return console.log(Object.keys(workloads).join('\n'));
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(resolve(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out') + '/');
  await tf.setBackend('wasm');
  for (const name of wanted) console.log(`${name}\t${seconds(workloads[name]()).toFixed(9)}`);
}
main();
