//! What a container printed, told from its pod's status.

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};

/// A pod's own words for its containers, instead of ours.
const ANNOTATION: &str = "sandbox.jupyterhub.io/log";

// As recorded with a real kubelet: `fixtures/kubelet/crash-loop-exit1.jsonl` and `ready.jsonl`.
const CRASHED: &str = "starting app 1.0\nfatal: cannot connect to database at db:5432: connection refused\n";
const SERVES: &str = "listening on :8080\n";
const COMPLETED: &str = "done\n";

/// A request for a container's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) namespace: String,
    pub(super) pod: String,
    container: String,
    previous: bool,
    tail: Option<usize>,
}

impl Wanted {
    /// Reads `/containerLogs/NAMESPACE/POD/CONTAINER?previous=true&tailLines=20`.
    pub(super) fn parse(path: &str, query: Option<&str>) -> Option<Self> {
        let mut parts = path.strip_prefix("/containerLogs/")?.split('/');
        let [namespace, pod, container] = [parts.next()?, parts.next()?, parts.next()?];
        let mut wanted = Self {
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            container: container.to_owned(),
            previous: false,
            tail: None,
        };
        for option in query.unwrap_or_default().split('&') {
            match option.split_once('=') {
                Some(("previous", value)) => wanted.previous = value == "true",
                Some(("tailLines", value)) => wanted.tail = value.parse().ok(),
                _ => {}
            }
        }
        Some(wanted)
    }
}

/// The log, or the kubelet's refusal.
pub(super) fn of(pod: &Pod, wanted: &Wanted) -> Result<String, String> {
    let (container, name) = (&wanted.container, &wanted.pod);
    let Some(status) = status_of(pod, container) else {
        return Err(format!("container \"{container}\" in pod \"{name}\" is not available"));
    };
    let state = status.state.as_ref();
    let dead = status.last_state.as_ref().and_then(|last| last.terminated.as_ref());
    let running = state.is_some_and(|state| state.running.is_some());
    if wanted.previous {
        return match dead {
            None => Err(format!("previous terminated container \"{container}\" in pod \"{name}\" not found")),
            Some(_) if running => Ok(tail(&text(pod, Some(1)), wanted.tail)),
            // Only one dead container is kept; during a back-off that is the current one.
            Some(dead) => Ok(format!(
                "unable to retrieve container logs for {}",
                dead.container_id.as_deref().unwrap_or_default()
            )),
        };
    }
    let waiting = state.and_then(|state| state.waiting.as_ref());
    let exit = match (waiting, dead) {
        (Some(waiting), None) => {
            let why = match waiting.reason.as_deref().unwrap_or_default() {
                "ErrImagePull" | "ImagePullBackOff" => "trying and failing to pull image",
                other => other,
            };
            return Err(format!("container \"{container}\" in pod \"{name}\" is waiting to start: {why}"));
        }
        (Some(_), Some(dead)) => Some(dead.exit_code),
        (None, _) => state.and_then(|state| state.terminated.as_ref()).map(|t| t.exit_code),
    };
    // A container that crashed before will crash again, and says so before it does.
    let exit = exit.or_else(|| dead.map(|dead| dead.exit_code));
    Ok(tail(&text(pod, exit), wanted.tail))
}

fn status_of<'pod>(pod: &'pod Pod, container: &str) -> Option<&'pod ContainerStatus> {
    let status = pod.status.as_ref()?;
    let main = status.container_statuses.iter().flatten();
    let init = status.init_container_statuses.iter().flatten();
    main.chain(init).find(|status| status.name == container)
}

fn text(pod: &Pod, exit: Option<i32>) -> String {
    let own = pod.metadata.annotations.as_ref().and_then(|all| all.get(ANNOTATION));
    match (own, exit) {
        (Some(own), _) => format!("{}\n", own.trim_end()),
        (None, None) => SERVES.to_owned(),
        (None, Some(0)) => COMPLETED.to_owned(),
        (None, Some(_)) => CRASHED.to_owned(),
    }
}

fn tail(text: &str, lines: Option<usize>) -> String {
    let Some(lines) = lines else {
        return text.to_owned();
    };
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    all.iter().skip(all.len().saturating_sub(lines)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(status: serde_json::Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": { "name": "web-1" },
            "status": { "containerStatuses": [status] },
        }))
        .unwrap()
    }

    fn container(state: serde_json::Value, last: serde_json::Value) -> Pod {
        pod(json!({
            "name": "app", "image": "i", "imageID": "", "ready": false, "restartCount": 0,
            "state": state, "lastState": last,
        }))
    }

    fn ask(pod: &Pod, query: &str) -> Result<String, String> {
        of(pod, &Wanted::parse("/containerLogs/default/web-1/app", Some(query)).unwrap())
    }

    #[test]
    fn logs_are_those_of_the_recordings() {
        let dead = json!({ "terminated": { "exitCode": 1, "containerID": "containerd://c9" } });
        let running = json!({ "running": {} });
        let pulling = json!({ "waiting": { "reason": "ErrImagePull" } });
        let backing_off = json!({ "waiting": { "reason": "CrashLoopBackOff" } });
        let pulls = "container \"app\" in pod \"web-1\" is waiting to start: \
                     trying and failing to pull image";
        let none = "previous terminated container \"app\" in pod \"web-1\" not found";
        let gone = "unable to retrieve container logs for containerd://c9";
        for (state, last, query, expected) in [
            (&running, json!({}), "", Ok(SERVES)),
            (&running, json!({}), "previous=true", Err(none)),
            (&pulling, json!({}), "", Err(pulls)),
            (&dead, json!({}), "", Ok(CRASHED)),
            (&dead, dead.clone(), "previous=true", Ok(gone)),
            (&backing_off, dead.clone(), "", Ok(CRASHED)),
            (&backing_off, dead.clone(), "previous=true", Ok(gone)),
            (&running, dead.clone(), "previous=true", Ok(CRASHED)),
        ] {
            let said = ask(&container(state.clone(), last.clone()), query);
            let said = said.as_deref().map_err(String::as_str);
            assert_eq!(said, expected, "{state} {last} {query}");
        }
    }

    #[test]
    fn only_the_last_lines_when_asked() {
        let dead = json!({ "terminated": { "exitCode": 1 } });
        let said = ask(&container(dead, json!({})), "tailLines=1").unwrap();
        assert_eq!(said.lines().count(), 1);
        assert!(said.starts_with("fatal: "));
    }

    #[test]
    fn a_pod_may_bring_its_own_words() {
        let mut pod = container(json!({ "running": {} }), json!({}));
        let own = [(ANNOTATION.to_owned(), "Traceback".to_owned())];
        pod.metadata.annotations = Some(own.into());
        assert_eq!(ask(&pod, ""), Ok("Traceback\n".to_owned()));
    }
}
