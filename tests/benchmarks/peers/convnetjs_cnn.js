// The benchmark's network in ConvNetJS: node convnetjs_cnn.js <folder of convnetjs> <pixels.json>
// Prints images per second of training, and the mean loss of the last hundred images.
const path = require("path");
const { readFileSync } = require("fs");
const { performance } = require("perf_hooks");

const [folder, file] = process.argv.slice(2);
const convnetjs = require(path.join(folder, "build", "convnet.js"));
const { pixels, labels, batch } = JSON.parse(readFileSync(file, "utf8"));

const net = new convnetjs.Net();
net.makeLayers([
  { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 },
  { type: "conv", sx: 5, filters: 12, stride: 1, pad: 0, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "conv", sx: 5, filters: 16, stride: 1, pad: 0, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "softmax", num_classes: 10 },
]);
const trainer = new convnetjs.Trainer(net, {
  method: "sgd",
  learning_rate: 0.01,
  momentum: 0.9,
  batch_size: batch,
  l2_decay: 0,
});

const volumes = pixels.map((values) => {
  const volume = new convnetjs.Vol(28, 28, 1, 0);
  values.forEach((value, place) => {
    volume.w[place] = value / 255 - 0.13;
  });
  return volume;
});
const losses = [];
const train = (from, to) => {
  for (let index = from; index < to; index += 1) losses.push(trainer.train(volumes[index], labels[index]).loss);
};
train(0, 100); // the engine has compiled what it runs often
const began = performance.now();
train(100, volumes.length);
const seconds = (performance.now() - began) / 1000;
const last = losses.slice(-100);
console.log(JSON.stringify({
  speed: (volumes.length - 100) / seconds,
  loss: last.reduce((sum, loss) => sum + loss, 0) / last.length,
}));
