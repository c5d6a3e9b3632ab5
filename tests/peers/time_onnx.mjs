// Times an ONNX model whose input x is [B,T,D]: node time_onnx.mjs MODULES MODEL THREADS B T D.
// Prints the median seconds of a call, after a warm-up.
import {createRequire} from 'node:module';

const [modules, model, ...numbers] = process.argv.slice(2);
const [threads, ...shape] = numbers.map(Number);
const ort = createRequire(modules + '/')('onnxruntime-node');
const session = await ort.InferenceSession.create(model, {intraOpNumThreads: threads});
const values = Float32Array.from({length: shape.reduce((a, b) => a * b)}, () => 4 * Math.random() - 2);
const feeds = {x: new ort.Tensor('float32', values, shape)};

async function seconds(calls) {
  const start = performance.now();
  for (let i = 0; i < calls; ++i) await session.run(feeds);
  return (performance.now() - start) / 1000 / calls;
}
// Seven runs of at least 0.05 s and their median, as bench() of compare.py has it.
let once = Infinity;
for (let i = 0; i < 5; ++i) once = Math.min(once, await seconds(1));
const runs = [];
for (let i = 0; i < 7; ++i) runs.push(await seconds(Math.ceil(0.05 / once)));
console.log(runs.sort((a, b) => a - b)[3].toFixed(9));
