// Opens a heap snapshot with memlab: node memlab_reader.js PACKAGES FILE CLASS
// Prints {"retained": {node id: bytes}, "trace": [[edge type, edge name, class of the holder], …]}: what memlab
// computes for each object, and its shortest path from the root to an object of CLASS, target first.
const path = require('path');
const {getFullHeapFromFile} = require(path.join(process.argv[2], '@memlab/heap-analysis'));

async function main() {
  console.info = console.warn = () => {};
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true; // memlab draws its progress there
  const heap = await getFullHeapFromFile(process.argv[3]);
  const retained = {};
  let found = null;
  heap.nodes.forEach(node => {
    retained[node.id] = node.retainedSize;
    if (!found && node.type === 'object' && node.name === process.argv[4]) found = node;
  });
  const trace = [];
  for (let node = found; node && node.pathEdge; node = node.pathEdge.fromNode) {
    trace.push([node.pathEdge.type, node.pathEdge.name_or_index, node.pathEdge.fromNode.name]);
  }
  process.stdout.write = write;
  process.stdout.write(JSON.stringify({retained, trace}));
}
main();
