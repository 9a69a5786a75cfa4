#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks proto/http/*.yaml: sound OpenAPI 3.1 in the parts we use, and the same routes as the table
in services/<name>/http_api.cpp. One rule is one function; each is tried on every run against a
document that it must refuse.

    tests/openapi_lint.py      the last line is `N passed, N failed`, a count of rules
"""

import copy
import functools
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
OPERATION_KEYS = {"operationId", "summary", "description", "tags", "parameters", "requestBody",
                  "responses", "security", "deprecated"}
ROUTE = re.compile(r'^\s*\{"([A-Z]+)",\s*"(/[^"]*)"', re.MULTILINE)


class Api:
    """One document and the route table that it describes."""

    def __init__(self, document, routes=frozenset()):
        self.document = document
        self.routes = set(routes)

    def operations(self):
        """(`GET /path`, path, operation) for every operation."""
        for path, item in (self.document.get("paths") or {}).items():
            for method, operation in item.items():
                if method in METHODS:
                    yield f"{method.upper()} {path}", path, operation

    def resolve(self, node):
        """The node itself, or what its $ref points to; None when that is nothing."""
        if not isinstance(node, dict) or "$ref" not in node:
            return node
        target = self.document
        for word in node["$ref"].removeprefix("#/").split("/"):
            target = target.get(word.replace("~1", "/")) if isinstance(target, dict) else None
        return target

    def responses(self, operation):
        for status, response in (operation.get("responses") or {}).items():
            yield str(status), self.resolve(response) or {}

    def parameters(self, path, operation):
        shared = self.document["paths"][path].get("parameters", [])
        return [self.resolve(p) or {} for p in [*shared, *operation.get("parameters", [])]]

    def nodes(self, node=None, at="#"):
        """(pointer, node) of every mapping and list."""
        node = self.document if node is None else node
        yield at, node
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in pairs:
            if isinstance(child, (dict, list)):
                yield from self.nodes(child, f"{at}/{key}")


def check_head(api):
    if not str(api.document.get("openapi", "")).startswith("3.1."):
        yield "openapi is not 3.1.x"
    info = api.document.get("info") or {}
    yield from (f"info.{key} is missing" for key in ("title", "version") if not info.get(key))
    if not api.document.get("paths"):
        yield "paths is empty"


def check_operations(api):
    for name, _, operation in api.operations():
        yield from (f"{name}: unknown key {key}" for key in operation.keys() - OPERATION_KEYS)
        if not operation.get("summary"):
            yield f"{name}: no summary"
        if not operation.get("responses"):
            yield f"{name}: no responses"
        for status, response in api.responses(operation):
            if not re.fullmatch(r"[1-5]\d\d", status):
                yield f"{name}: status {status} is not three digits"
            if not response.get("description"):
                yield f"{name}: response {status} has no description"


def check_content(api):
    for at, node in api.nodes():
        if at.endswith("/content") and isinstance(node, dict):
            yield from (f"{at}: {kind} has no schema" for kind, media in node.items()
                        if "schema" not in (media or {}))


def check_operation_ids(api):
    seen = {}
    for name, _, operation in api.operations():
        identifier = str(operation.get("operationId", ""))
        if not re.fullmatch(r"[a-z][A-Za-z0-9]+", identifier):
            yield f"{name}: operationId {identifier!r} is not lowerCamelCase"
        elif identifier in seen:
            yield f"{name}: operationId {identifier} is also that of {seen[identifier]}"
        seen[identifier] = name


def check_references(api):
    for at, node in api.nodes():
        if isinstance(node, dict) and "$ref" in node and api.resolve(node) is None:
            yield f"{at}: {node['$ref']} does not resolve"


def check_used_components(api):
    used = {node["$ref"] for _, node in api.nodes() if isinstance(node, dict) and "$ref" in node}
    for kind, members in (api.document.get("components") or {}).items():
        for name in members if kind != "securitySchemes" else []:
            if f"#/components/{kind}/{name}" not in used:
                yield f"components.{kind}.{name} is used nowhere"


def check_parameters(api):
    for name, path, operation in api.operations():
        parameters = api.parameters(path, operation)
        for parameter in parameters:
            if not {"name", "in", "schema"} <= parameter.keys():
                yield f"{name}: a parameter lacks name, in or schema: {parameter}"
            elif parameter["in"] == "path" and parameter.get("required") is not True:
                yield f"{name}: path parameter {parameter['name']} is not required"
        declared = {p.get("name") for p in parameters if p.get("in") == "path"}
        if declared != set(re.findall(r"\{(\w+)\}", path)):
            yield f"{name}: declares path parameters {sorted(map(str, declared))}"


def check_schemas(api):
    for at, node in api.nodes():
        if not isinstance(node, dict) or "properties" not in node or "required" not in node:
            continue
        missing = set(node["required"]) - set(node["properties"])
        yield from (f"{at}: requires {name}, which it does not describe" for name in missing)


def check_problems(api):
    for name, _, operation in api.operations():
        errors = [(s, r) for s, r in api.responses(operation) if s[0] in "45"]
        if not errors:
            yield f"{name}: no error response"
        for status, response in errors:
            if "application/problem+json" not in response.get("content", {}):
                yield f"{name}: response {status} is not application/problem+json"


def check_security(api):
    schemes = (api.document.get("components") or {}).get("securitySchemes", {})
    for name, _, operation in api.operations():
        security = operation.get("security", api.document.get("security"))
        if security is None:
            yield f"{name}: declares no security ([] says that it is public)"
        for scheme in [key for choice in security or [] for key in choice]:
            if scheme not in schemes:
                yield f"{name}: security scheme {scheme} is not defined"


def check_routes(api):
    described = {name for name, _, _ in api.operations()}
    yield from (f"{name} is described, but not in the route table"
                for name in sorted(described - api.routes))
    yield from (f"{name} is in the route table, but not described"
                for name in sorted(api.routes - described))


# What a sound document looks like; a rule must let it pass and refuse the variation beside it.
SOUND = yaml.safe_load("""
openapi: 3.1.0
info: {title: t, version: 1}
security: [{bearer: []}]
paths:
  /v1/users/{user_id}:
    get:
      operationId: getUser
      summary: s
      parameters: [{name: user_id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: d, content: {application/json: {schema: {type: object}}}}
        "404": {$ref: "#/components/responses/Problem"}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  responses:
    Problem: {description: d, content: {application/problem+json: {schema: {type: object}}}}
""")
GET = ("paths", "/v1/users/{user_id}", "get")
RULES = [
    (check_head, ("openapi",), "3.0.3"),
    (check_operations, (*GET, "summary"), ""),
    (check_content, (*GET, "responses", "200", "content", "application/json"), {}),
    (check_operation_ids, (*GET, "operationId"), "get_user"),
    (check_references, (*GET, "responses", "404", "$ref"), "#/components/responses/None"),
    (check_used_components, ("components", "schemas"), {"Unused": {}}),
    (check_parameters, (*GET, "parameters"), []),
    (check_schemas, ("components", "schemas"), {"A": {"properties": {}, "required": ["b"]}}),
    (check_problems, (*GET, "responses", "404"), {"description": "d"}),
    (check_security, ("security",), [{"unknown": []}]),
    (check_routes, (*GET[:2],), {"put": {}}),
]


def self_test(rule, place, value):
    routes = {"GET /v1/users/{user_id}"}
    varied = copy.deepcopy(SOUND)
    functools.reduce(lambda node, key: node[key], place[:-1], varied)[place[-1]] = value
    if list(rule(Api(SOUND, routes))):
        yield "the rule refuses a sound document"
    if not list(rule(Api(varied, routes))):
        yield f"the rule is blind: it lets pass {'.'.join(place)} = {value}"


def route_table(service):
    """`GET /path` for every row of the service's table; None when it has no HTTP API."""
    source = ROOT / "services" / service / "http_api.cpp"
    if not source.exists():
        return None
    return {f"{method} {path}" for method, path in ROUTE.findall(source.read_text("utf-8"))}


def read_apis():
    """(file, Api) of every document; complains of a document or a service that stands alone."""
    apis, alone = {}, []
    files = {path.stem: path for path in (ROOT / "proto" / "http").glob("*.yaml")}
    services = {path.parent.name for path in (ROOT / "services").glob("*/http_api.cpp")}
    for service in sorted(services | files.keys()):
        routes = route_table(service)
        if routes is None:
            alone.append(f"proto/http/{service}.yaml: there is no services/{service}/http_api.cpp")
        elif service not in files:
            alone.append(f"services/{service}/http_api.cpp: there is no proto/http/{service}.yaml")
        else:
            document = yaml.safe_load(files[service].read_text("utf-8"))
            apis[f"proto/http/{service}.yaml"] = Api(document, routes)
    return apis, alone


def main():
    apis, alone = read_apis()
    for complaint in alone:
        print(complaint)
    passed, failed = int(not alone), int(bool(alone))
    for rule, place, value in RULES:
        name = rule.__name__.removeprefix("check_")
        complaints = [f"{name}: {text}" for text in self_test(rule, place, value)]
        for path, api in apis.items():
            complaints += [f"{path}: {text} [{name}]" for text in rule(api)]
        for complaint in complaints:
            print(complaint)
        passed, failed = passed + (not complaints), failed + bool(complaints)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
