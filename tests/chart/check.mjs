// Checks rendered charts: each object against the API's own models, and values against the chart's schema.
//
//   node check.mjs SCHEMA.json < cases
//
// A case is a line of JSON, { values, objects }; it is answered by a line, an array of faults: [] if there is none.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv from "ajv";

const models = {
  "v1/ConfigMap": "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap",
  "v1/Pod": "kubernetes-models/_schemas/IoK8sApiCoreV1Pod",
  "v1/Service": "kubernetes-models/_schemas/IoK8sApiCoreV1Service",
  "v1/ServiceAccount": "kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount",
  "apps/v1/StatefulSet": "kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet",
  "networking.k8s.io/v1/NetworkPolicy": "kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy",
  "policy/v1/PodDisruptionBudget": "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget",
};
const operator = "@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1";
for (const kind of ["ServiceMonitor", "PrometheusRule"]) models[`monitoring.coreos.com/v1/${kind}`] = operator + kind;

// The models let unknown fields pass. What a model never looked at is one it does not know.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const keys = new Set(Array.isArray(value) ? [] : Object.keys(value));
  const below = new Map();
  unread.push({ path, keys });
  return new Proxy(value, {
    get(target, key) {
      keys.delete(key);
      const found = target[key];
      if (typeof key === "symbol" || found === null || typeof found !== "object") return found;
      if (!below.has(key)) below.set(key, watched(found, `${path}/${key}`, unread));
      return below.get(key);
    },
  });
}

async function faultsOf(object) {
  const kind = `${object.apiVersion}/${object.kind}`;
  if (!(kind in models)) return [`${kind}: no model to check it by`];
  const { validate } = await import(new URL(`node_modules/${models[kind]}.js`, import.meta.url));
  const unread = [];
  const valid = validate(watched(object, "", unread));
  return [
    ...(valid ? [] : validate.errors.map((error) => `${kind}${error.instancePath}: ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`)),
    ...unread.flatMap(({ path, keys }) => [...keys].map((key) => `${kind}${path}/${key}: unknown field`)),
  ];
}

const schema = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(process.argv[2], "utf8")));
for await (const line of createInterface({ input: process.stdin })) {
  const { values, objects } = JSON.parse(line);
  const faults = schema(values) ? [] : schema.errors.map((error) => `values${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
  for (const object of objects) faults.push(...(await faultsOf(object)));
  console.log(JSON.stringify(faults));
}
