//! What the simulated kubelet does: our stage files, made whole for kwok.
//!
//! The files under `fixtures/sandbox/stages` are kwok stages with three shorthands:
//!
//! 1. `matchAnnotations` with our behaviour takes several, set apart by commas, or all but those
//!    behind a `!`. It fits a pod by
//!    that annotation, else by the end of a container's image tag, else by the default: pods of
//!    Jobs and Helm hooks complete, all others get ready.
//! 2. An `event` becomes the Event object that a kubelet writes. kwok's own has neither the
//!    kubelet as its source nor a count nor the container.
//! 3. Every template of a pod begins with the same variables: [`PROLOGUE`].

use serde_yaml::{Mapping, Value};
use sha2::{Digest, Sha256};

use crate::Error;

const FILES: [(&str, &str); 15] = [
    ("node.yaml", include_str!("../../../fixtures/sandbox/stages/node.yaml")),
    ("pod-start.yaml", include_str!("../../../fixtures/sandbox/stages/pod-start.yaml")),
    ("ready.yaml", include_str!("../../../fixtures/sandbox/stages/ready.yaml")),
    ("never-ready.yaml", include_str!("../../../fixtures/sandbox/stages/never-ready.yaml")),
    ("crash-loop.yaml", include_str!("../../../fixtures/sandbox/stages/crash-loop.yaml")),
    ("init-crash-loop.yaml", include_str!("../../../fixtures/sandbox/stages/init-crash-loop.yaml")),
    ("liveness-restarts.yaml", include_str!("../../../fixtures/sandbox/stages/liveness-restarts.yaml")),
    ("image-pull.yaml", include_str!("../../../fixtures/sandbox/stages/image-pull.yaml")),
    ("config-error.yaml", include_str!("../../../fixtures/sandbox/stages/config-error.yaml")),
    ("start-error.yaml", include_str!("../../../fixtures/sandbox/stages/start-error.yaml")),
    ("evicted.yaml", include_str!("../../../fixtures/sandbox/stages/evicted.yaml")),
    ("job.yaml", include_str!("../../../fixtures/sandbox/stages/job.yaml")),
    ("pod-end.yaml", include_str!("../../../fixtures/sandbox/stages/pod-end.yaml")),
    ("storage.yaml", include_str!("../../../fixtures/sandbox/stages/storage.yaml")),
    ("load-balancer.yaml", include_str!("../../../fixtures/sandbox/stages/load-balancer.yaml")),
];

const ANNOTATION: &str = "sandbox.jupyterhub.io/behaviour";

/// The end of an image tag that asks for a behaviour, as a regular expression: `1.0-crash-loop`.
const TAG: &str = ":([^/:@]*?-)??(?P<it>command-not-found|configmap-key-missing|crash-loop|evicted|exit0-loop\
|image-auth|image-host-unknown|image-not-found|image-rate-limited|init-crash-loop|liveness-restarts|never-ready\
|oom-killed|recovers-after-2-crashes|run-as-non-root|secret-env-missing|segfault)(@.*)?$";

/// The behaviour of a pod, as a jq expression. One that recovers is first the one, then the other.
const BEHAVIOUR: &str = r#"(
.metadata.annotations["sandbox.jupyterhub.io/behaviour"]
// ([.spec | (.initContainers[]?, .containers[]).image | capture("TAG").it][0])
// (if any(.metadata.ownerReferences[]?; .kind == "Job") or .metadata.annotations["helm.sh/hook"]
    then "completes" else "ready" end))
+ (if ([.status.containerStatuses[]?.restartCount] | max // 0) < 2 then "" else " again" end)
| if . == "recovers-after-2-crashes" then "crash-loop" elif . == "recovers-after-2-crashes again" then "ready"
  else rtrimstr(" again") end"#;

/// What each template of a pod knows: the time, the behaviour, the container that misbehaves (by its
/// image tag, else the first), the init container that does, how often they were restarted, how one exits, the pod's address and age in
/// seconds, its failed probes, what a registry says of the image, why it is evicted,
/// what is wrong with the container's configuration or its command.
const PROLOGUE: &str = r#"{{ $now := Now }}
{{ $annotations := or .metadata.annotations dict }}
{{ $behaviour := or (index $annotations "sandbox.jupyterhub.io/behaviour") "" }}
{{ $container := index .spec.containers 0 }}
{{ range .spec.containers }}
{{ if regexMatch `TAG` .image }}
{{ $container = . }}
{{ $behaviour = or $behaviour (regexReplaceAll `^.*TAG` .image "${it}") }}
{{ end }}
{{ end }}
{{ $restarts := 0 }}
{{ range .status.containerStatuses }}
{{ if eq .name $container.name }}{{ $restarts = atoi (toString .restartCount) }}{{ end }}
{{ end }}
{{ $init := dict "name" "" "image" "" }}
{{ range .spec.initContainers }}
{{ if or (not $init.name) (regexMatch `TAG` .image) }}{{ $init = . }}{{ end }}
{{ end }}
{{ $init_restarts := 0 }}
{{ range .status.initContainerStatuses }}
{{ if eq .name $init.name }}{{ $init_restarts = atoi (toString .restartCount) }}{{ end }}
{{ end }}
{{ $exit := or (get (dict "exit0-loop" "0" "oom-killed" "137" "segfault" "139") $behaviour) "1" | atoi }}
{{ $end := or (get (dict "exit0-loop" "Completed" "oom-killed" "OOMKilled") $behaviour) "Error" }}
{{ $ip := or .status.podIP (PodIPWith .spec.nodeName (or .spec.hostNetwork false) .metadata.uid .metadata.name .metadata.namespace) }}
{{ $age := 0 }}
{{ with .status.startTime }}{{ $age = sub (now | unixEpoch | int64) (toDate "2006-01-02T15:04:05Z07:00" . | unixEpoch | int64) }}{{ end }}
{{ $failures := atoi (or (index $annotations "sandbox.jupyterhub.io/probe-failures") "0") }}
{{ $never := eq $behaviour "never-ready" }}
{{ $unpulled := printf "failed to pull and unpack image \"%s\": failed to resolve image: " $container.image }}
{{ $host := regexReplaceAll "/.*$" $container.image "" }}
{{ $manifest := regexReplaceAll "^([^/]+)/(.+):([^:]+)$" $container.image "https://${1}/v2/${2}/manifests/${3}" }}
{{ $pull := printf "rpc error: code = NotFound desc = %s%s: not found" $unpulled $container.image }}
{{ if eq $behaviour "image-auth" }}{{ $pull = printf "failed to pull and unpack image \"%s\": failed to resolve reference \"%s\": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed" $container.image $container.image }}{{ end }}
{{ if eq $behaviour "image-rate-limited" }}{{ $pull = printf "%sunexpected status from HEAD request to %s?ns=%s: 429 Too Many Requests" $unpulled $manifest $host }}{{ end }}
{{ if eq $behaviour "image-host-unknown" }}{{ $pull = printf "%sfailed to do request: Head \"%s\": dial tcp: lookup %s on 10.0.0.53:53: no such host" $unpulled $manifest $host }}{{ end }}
{{ $limit := "0" }}{{ with $container.resources }}{{ with .limits }}{{ $limit = or (index . "ephemeral-storage") "0" }}{{ end }}{{ end }}
{{ $evicted := printf "Pod ephemeral local storage usage exceeds the total limit of containers %s. " $limit }}
{{ $secret := "missing" }}{{ $map := "missing" }}{{ $key := "missing" }}
{{ range $container.env }}
{{ with .valueFrom }}{{ with .secretKeyRef }}{{ $secret = .name }}{{ end }}{{ with .configMapKeyRef }}{{ $map = .name }}{{ $key = .key }}{{ end }}{{ end }}
{{ end }}
{{ $config := printf "secret \"%s\" not found" $secret }}
{{ if eq $behaviour "configmap-key-missing" }}{{ $config = printf "couldn't find key %s in ConfigMap %s/%s" $key .metadata.namespace $map }}{{ end }}
{{ if eq $behaviour "run-as-non-root" }}{{ $config = printf "container has runAsNonRoot and image will run as root (pod: \"%s_%s(%s)\", container: %s)" .metadata.name .metadata.namespace .metadata.uid $container.name }}{{ end }}
{{ $unstarted := printf "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"%s\": executable file not found in $PATH: unknown" (or $container.command $container.args (list "app") | first) }}
"#;

fn prologue() -> String {
    PROLOGUE.replace("TAG", TAG)
}

/// An Event as a kubelet writes it. The second of a kind is a patch that leaves the first time.
const EVENT: &str = r#"apiVersion: v1
kind: Event
metadata:
  name: {{ .metadata.name }}.{{ .metadata.uid | trunc 8 }}KIND
  namespace: {{ .metadata.namespace }}
involvedObject:
  apiVersion: v1
  kind: Pod
  namespace: {{ .metadata.namespace }}
  name: {{ .metadata.name }}
  uid: {{ .metadata.uid }}
  resourceVersion: {{ .metadata.resourceVersion | Quote }}
  FIELD
type: TYPE
reason: REASON
message: |-
  MESSAGE
source: {component: kubelet, host: {{ .spec.nodeName }}}
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName }}
{{ $count := COUNT }}
{{ if eq (int $count) 1 }}firstTimestamp: {{ $now | Quote }}{{ end }}
lastTimestamp: {{ $now | Quote }}
count: {{ $count }}
"#;

/// What an event is about, unless it is `of: pod` or `of: init`.
const CONTAINER: &str = r#"fieldPath: spec.containers{{ printf "{%s}" $container.name }}"#;
const INIT_CONTAINER: &str = r#"fieldPath: spec.initContainers{{ printf "{%s}" $init.name }}"#;

/// The configuration of kwok: every stage, one JSON document each (JSON is YAML).
pub(crate) fn kwok_config() -> Result<String, Error> {
    let mut config = String::new();
    for (file, text) in FILES {
        for stage in read(text).map_err(|error| refused(file, &error))? {
            config.push_str("---\n");
            let stage = whole(stage);
            let json = serde_json::to_string(&stage).map_err(|error| refused(file, &error))?;
            config.push_str(&json);
            config.push('\n');
        }
    }
    Ok(config)
}

fn refused(file: &str, said: &dyn std::fmt::Display) -> Error {
    Error::Stage { file: file.to_owned(), said: said.to_string() }
}

fn read(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    use serde::Deserialize as _;
    let documents = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
    let read = documents.collect::<Result<Vec<_>, _>>()?;
    // A comment before the first `---` is an empty document.
    Ok(read.into_iter().filter(|stage| !stage.is_null()).collect())
}

/// A stage with its shorthands spelled out.
fn whole(mut stage: Value) -> Value {
    let pod = stage
        .get("spec")
        .and_then(|spec| spec.get("resourceRef"))
        .and_then(|kind| kind.get("kind"))
        .is_some_and(|kind| kind == "Pod");
    let Some(spec) = stage.get_mut("spec").filter(|_| pod) else {
        return stage;
    };
    if let Some(selector) = spec.get_mut("selector").and_then(Value::as_mapping_mut) {
        spell_behaviour(selector);
    }
    for step in spec.get_mut("steps").and_then(Value::as_sequence_mut).into_iter().flatten() {
        if let Some(event) = step.get("event") {
            *step = mapping([(
                "apply",
                mapping([("type", "merge".into()), ("template", event_template(event).into())]),
            )]);
        } else if let Some(template) = step.get_mut("patch").and_then(|it| it.get_mut("template")) {
            *template = [&prologue(), template.as_str().unwrap_or_default()].concat().into();
        }
    }
    stage
}

fn spell_behaviour(selector: &mut Mapping) {
    let Some(annotations) = selector.remove("matchAnnotations") else {
        return;
    };
    let wanted = annotations.get(ANNOTATION).and_then(Value::as_str).unwrap_or_default();
    let (operator, wanted) = match wanted.strip_prefix('!') {
        Some(unwanted) => ("NotIn", unwanted),
        None => ("In", wanted),
    };
    let values: Vec<Value> = wanted.split(',').map(Value::from).collect();
    let expression = mapping([(
        "jq",
        mapping([
            ("key", BEHAVIOUR.replace("TAG", TAG).into()),
            ("operator", operator.into()),
            ("values", values.into()),
        ]),
    )]);
    if let Some(all) = selector.get_mut("matchExpressions").and_then(Value::as_sequence_mut) {
        all.push(expression);
    }
}

fn event_template(event: &Value) -> String {
    let field = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    // A kubelet counts events of the same words up; equal words give an equal name here.
    let kind: String = Sha256::digest(format!("{}{} {}", field("of"), field("reason"), field("message")))
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let count = Some(field("count")).filter(|count| !count.is_empty()).unwrap_or("1");
    let about = match field("of") {
        "pod" => "",
        "init" => INIT_CONTAINER,
        _ => CONTAINER,
    };
    let event = EVENT
        .replace("KIND", &kind)
        .replace("FIELD", about)
        .replace("TYPE", field("type"))
        .replace("REASON", field("reason"))
        .replace("COUNT", count)
        .replace("MESSAGE", field("message"));
    [prologue(), event].concat()
}

fn mapping<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Mapping(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_a_name_of_its_own_and_no_shorthand_left() {
        let config = kwok_config().unwrap();
        let stages: Vec<serde_json::Value> = config
            .split("---\n")
            .filter(|document| !document.is_empty())
            .map(|document| serde_json::from_str(document).unwrap())
            .collect();
        let mut names: Vec<_> =
            stages.iter().map(|stage| stage["metadata"]["name"].as_str().unwrap()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
        for stage in &stages {
            assert_eq!(stage["apiVersion"], "kwok.x-k8s.io/v1alpha1");
            assert!(stage["spec"]["selector"].get("matchAnnotations").is_none());
            for step in stage["spec"]["steps"].as_array().unwrap() {
                assert!(step.get("event").is_none(), "{step}");
            }
        }
    }

    #[test]
    fn an_event_becomes_the_object_that_a_kubelet_writes() {
        let event = mapping([
            ("type", "Warning".into()),
            ("reason", "BackOff".into()),
            ("message", "Back-off {{ $container.name }}".into()),
            ("count", "add1 $failures".into()),
        ]);
        let template = event_template(&event);
        assert!(template.starts_with(&prologue()));
        for line in [
            "type: Warning",
            "reason: BackOff",
            "  Back-off {{ $container.name }}",
            "{{ $count := add1 $failures }}",
        ] {
            assert!(template.lines().any(|it| it == line), "{line} is not in {template}");
        }
    }
}
