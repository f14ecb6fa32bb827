"""The manifests of Kubernetes name what there is, and nothing runs as root or writes where it should not."""

from __future__ import annotations

import importlib.util
import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

from bot.settings import ROOT, load_settings
from tests.deployment.test_deployment import ACTIONS_PORT, DEFAULTS, DOCKERFILE, HEALTH, RASA_PORT

FOLDER = ROOT / "deploy" / "kubernetes"
NOT_APPLIED = {"kustomization.yaml", "secrets.example.yaml"}
PORTS = {"edge": DEFAULTS.port, "rasa": RASA_PORT, "actions": ACTIONS_PORT}
MODULES = {"edge": "bot.web", "rasa": "bot.nlu.server.serve", "actions": "actions"}


def _documents(name: str) -> list[dict[str, Any]]:
    text = io.StringIO((FOLDER / name).read_text(encoding="utf-8"))
    return [document for document in YAML(typ="safe", pure=True).load_all(text) if document]


FILES = {path.name: _documents(path.name) for path in sorted(FOLDER.glob("*.yaml"))}
ALL = [document for name, documents in FILES.items() if name not in NOT_APPLIED for document in documents]
WORKLOADS = {each["metadata"]["name"]: each for each in ALL if each["kind"] in {"Deployment", "StatefulSet"}}
(SETUP,) = (each for each in ALL if each["kind"] == "Job")
PODS = {name: each["spec"]["template"]["spec"] for name, each in {**WORKLOADS, "setup": SETUP}.items()}


def _of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each["spec"] for each in ALL if each["kind"] == kind}


def _labels(workload: str) -> dict[str, str]:
    found: dict[str, str] = WORKLOADS[workload]["spec"]["template"]["metadata"]["labels"]
    return found


def _containers(name: str) -> list[dict[str, Any]]:
    return [*PODS[name].get("initContainers", []), *PODS[name]["containers"]]


def test_all_files_are_applied_but_the_secrets():
    """Those are filled in elsewhere."""
    (kustomization,) = FILES["kustomization.yaml"]

    assert set(kustomization["resources"]) == set(FILES) - NOT_APPLIED
    assert {image["name"] for image in kustomization["images"]} == {"frontdesk"}
    assert {container["image"] for name in PODS for container in _containers(name)} == {"frontdesk"}


def test_settings_can_be_read_and_lead_to_the_others():
    """Each address names a service and its port; each Rasa has a name of its own."""
    (settings_map,), (secret,) = FILES["settings.yaml"], FILES["secrets.example.yaml"]
    environment = {**settings_map["data"], **secret["stringData"]}
    settings, services = load_settings(environment), _of_kind("Service")

    assert all(isinstance(value, str) for value in environment.values())
    assert settings.env == "production"
    assert settings.redis_url
    assert settings.database_url != settings.tracker_url
    replicas = WORKLOADS["rasa"]["spec"]["replicas"]
    assert WORKLOADS["rasa"]["spec"]["serviceName"] == "rasa"
    assert services["rasa"]["clusterIP"] == "None"
    assert settings.rasa_urls == tuple(f"http://rasa-{number}.rasa:{RASA_PORT}" for number in range(replicas))
    actions = urlsplit(environment["FRONTDESK_ACTIONS_URL"])
    assert (actions.hostname, actions.port) == ("actions", ACTIONS_PORT)
    for name, port in PORTS.items():
        assert services[name]["ports"] == [{"name": "http", "port": port, "targetPort": "http"}]
        assert services[name]["selector"] == _labels(name)
    for name in PODS:
        sources = PODS[name]["containers"][0]["envFrom"]
        assert sources == [{"configMapRef": {"name": "frontdesk"}}, {"secretRef": {"name": "frontdesk"}}]


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_starts_what_there_is_and_is_asked_how_it_is(name: str):
    """Where it listens; two of each, of which one stays while nodes are drained."""
    (container,) = PODS[name]["containers"]
    command = container["command"]
    port, path = HEALTH[name]

    assert command[command.index("-m") + 1] == MODULES[name]
    assert importlib.util.find_spec(MODULES[name]) is not None
    if "--port" in command:
        assert command[command.index("--port") + 1] == str(port)
        assert command[command.index("--host") + 1] == "0.0.0.0"
    assert container["ports"] == [{"name": "http", "containerPort": port}]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": path, "port": "http"}
    assert WORKLOADS[name]["spec"]["selector"]["matchLabels"] == _labels(name)
    assert WORKLOADS[name]["spec"]["replicas"] >= 2
    budget = _of_kind("PodDisruptionBudget")[name]
    assert (budget["minAvailable"], budget["selector"]["matchLabels"]) == (1, _labels(name))


@pytest.mark.parametrize("name", PODS)
def test_nothing_runs_as_root_or_writes_into_the_image(name: str):
    """As the user that the image makes; what must last is on the volume, in the places that the image names."""
    pod = PODS[name]
    (user,) = re.findall(r"useradd .*--uid (\d+)", DOCKERFILE)
    places = set(re.findall(r'"(/srv/[^"]+)"', DOCKERFILE))

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == int(user)
    assert pod["automountServiceAccountToken"] is pod["enableServiceLinks"] is False
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["shared"]["persistentVolumeClaim"]["claimName"] in _of_kind("PersistentVolumeClaim")
    for container in _containers(name):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)
    (main,) = pod["containers"]
    assert {mount["mountPath"] for mount in main["volumeMounts"]} == {*places, "/tmp"}  # noqa: S108
    assert main["resources"]["limits"].keys() == {"memory"}


def test_what_has_no_sign_in_is_reached_by_its_caller_alone():
    """Rasa by the edges, the actions by Rasa, the edge by the ingress."""
    policies = _of_kind("NetworkPolicy")

    for name, caller in (("rasa", "edge"), ("actions", "rasa")):
        (rule,) = policies[name]["ingress"]
        assert policies[name]["podSelector"]["matchLabels"] == _labels(name)
        assert rule["from"] == [{"podSelector": {"matchLabels": _labels(caller)}}]
        assert rule["ports"] == [{"port": PORTS[name]}]
    (rule,) = _of_kind("Ingress")["frontdesk"]["rules"]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "edge", "port": {"name": "http"}}
    assert {rule["host"]} == {urlsplit(FILES["settings.yaml"][0]["data"]["FRONTDESK_PUBLIC_URL"]).hostname}


def test_the_set_up_is_that_of_the_containers():
    """After the models of the image were copied to where the volume hides them."""
    (copy,) = SETUP["spec"]["template"]["spec"]["initContainers"]
    (main,) = SETUP["spec"]["template"]["spec"]["containers"]

    assert main["command"][main["command"].index("-m") + 1] == "bot.cli.setting_up.preparing"
    assert copy["command"][-2] == "/srv/frontdesk/models/."
    assert copy["volumeMounts"] == [
        {"name": "shared", "mountPath": copy["command"][-1].rstrip("/"), "subPath": "models"}
    ]
