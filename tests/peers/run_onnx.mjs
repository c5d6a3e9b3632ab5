// Runs an ONNX model: node run_onnx.mjs MODULES MODEL IN.json OUT.json.
// A tensor in JSON: {type, shape, values}.
import {createRequire} from 'node:module';
import {readFileSync, writeFileSync} from 'node:fs';

const [modules, model, from, to] = process.argv.slice(2);
const ort = createRequire(modules + '/')('onnxruntime-node');
const make = {float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array};
const session = await ort.InferenceSession.create(model);
const given = JSON.parse(readFileSync(from));
const feeds = {};
for (const [name, {type, shape, values}] of Object.entries(given))
  feeds[name] = new ort.Tensor(type, make[type].from(type === 'int64' ? values.map(BigInt) : values), shape);
const out = {};
for (const [name, {dims, data}] of Object.entries(await session.run(feeds)))
  out[name] = {shape: dims, values: Array.from(data)};
writeFileSync(to, JSON.stringify(out));
