//! What the simulated kubelet does: our stage files, made whole for kwok.
//!
//! The files under `fixtures/sandbox/stages` are kwok stages with three shorthands:
//!
//! 1. `matchAnnotations` with our behaviour takes several, set apart by commas. It fits a pod by
//!    that annotation, else by the end of a container's image tag, else by the default: pods of
//!    Jobs and Helm hooks complete, all others get ready.
//! 2. An `event` becomes the Event object that a kubelet writes. kwok's own has neither the
//!    kubelet as its source nor a count nor the container.
//! 3. Every template of a pod begins with [`PROLOGUE`].

use serde_yaml::{Mapping, Value};
use sha2::{Digest, Sha256};

use crate::Error;

const FILES: [(&str, &str); 10] = [
    ("node.yaml", include_str!("../../../fixtures/sandbox/stages/node.yaml")),
    ("pod-start.yaml", include_str!("../../../fixtures/sandbox/stages/pod-start.yaml")),
    ("ready.yaml", include_str!("../../../fixtures/sandbox/stages/ready.yaml")),
    ("never-ready.yaml", include_str!("../../../fixtures/sandbox/stages/never-ready.yaml")),
    ("crash-loop.yaml", include_str!("../../../fixtures/sandbox/stages/crash-loop.yaml")),
    ("image-not-found.yaml", include_str!("../../../fixtures/sandbox/stages/image-not-found.yaml")),
    ("job.yaml", include_str!("../../../fixtures/sandbox/stages/job.yaml")),
    ("pod-end.yaml", include_str!("../../../fixtures/sandbox/stages/pod-end.yaml")),
    ("storage.yaml", include_str!("../../../fixtures/sandbox/stages/storage.yaml")),
    ("load-balancer.yaml", include_str!("../../../fixtures/sandbox/stages/load-balancer.yaml")),
];

const ANNOTATION: &str = "sandbox.jupyterhub.io/behaviour";

/// The behaviour of a pod, as a jq expression.
const BEHAVIOUR: &str = r#"(
.metadata.annotations["sandbox.jupyterhub.io/behaviour"]
// ([.spec.containers[].image
   | capture(":([^/:@]*-)?(?<it>crash-loop|image-not-found|never-ready)(@.*)?$").it][0])
// (if any(.metadata.ownerReferences[]?; .kind == "Job") or .metadata.annotations["helm.sh/hook"]
    then "completes" else "ready" end))"#;

/// What each template of a pod knows: the time, the container that misbehaves (by its image tag,
/// else the first), how often it was restarted, the pod's address and age in seconds, its failed
/// probes, what a registry says of a missing image.
const PROLOGUE: &str = r#"{{ $now := Now }}
{{ $container := index .spec.containers 0 }}
{{ range .spec.containers }}
{{ if regexMatch ":([^/:@]*-)?(crash-loop|image-not-found|never-ready)(@.*)?$" .image }}{{ $container = . }}{{ end }}
{{ end }}
{{ $restarts := 0 }}
{{ range .status.containerStatuses }}
{{ if eq .name $container.name }}{{ $restarts = atoi (toString .restartCount) }}{{ end }}
{{ end }}
{{ $ip := or .status.podIP (PodIPWith .spec.nodeName (or .spec.hostNetwork false) .metadata.uid .metadata.name .metadata.namespace) }}
{{ $age := 0 }}
{{ with .status.startTime }}{{ $age = sub (now | unixEpoch | int64) (toDate "2006-01-02T15:04:05Z07:00" . | unixEpoch | int64) }}{{ end }}
{{ $annotations := or .metadata.annotations dict }}
{{ $failures := atoi (or (index $annotations "sandbox.jupyterhub.io/probe-failures") "0") }}
{{ $never := or (eq (or (index $annotations "sandbox.jupyterhub.io/behaviour") "") "never-ready") (regexMatch ":([^/:@]*-)?never-ready(@.*)?$" $container.image) }}
{{ $not_found := printf "rpc error: code = NotFound desc = failed to pull and unpack image \"%s\": failed to resolve image: %s: not found" $container.image $container.image }}
"#;

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
  fieldPath: spec.containers{{ printf "{%s}" $container.name }}
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
            *template = [PROLOGUE, template.as_str().unwrap_or_default()].concat().into();
        }
    }
    stage
}

fn spell_behaviour(selector: &mut Mapping) {
    let Some(annotations) = selector.remove("matchAnnotations") else {
        return;
    };
    let wanted = annotations.get(ANNOTATION).and_then(Value::as_str).unwrap_or_default();
    let values: Vec<Value> = wanted.split(',').map(Value::from).collect();
    let expression = mapping([(
        "jq",
        mapping([("key", BEHAVIOUR.into()), ("operator", "In".into()), ("values", values.into())]),
    )]);
    if let Some(all) = selector.get_mut("matchExpressions").and_then(Value::as_sequence_mut) {
        all.push(expression);
    }
}

fn event_template(event: &Value) -> String {
    let field = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    // A kubelet counts events of the same words up; equal words give an equal name here.
    let kind: String = Sha256::digest(format!("{} {}", field("reason"), field("message")))
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let count = Some(field("count")).filter(|count| !count.is_empty()).unwrap_or("1");
    let event = EVENT
        .replace("KIND", &kind)
        .replace("TYPE", field("type"))
        .replace("REASON", field("reason"))
        .replace("COUNT", count)
        .replace("MESSAGE", field("message"));
    [PROLOGUE, &event].concat()
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
        assert!(template.starts_with(PROLOGUE));
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
