//! Which recording a launch plays.

use crate::recording::Shelf;

/// What decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Provider and spec of the path.
    pub(crate) spec: &'a str,
    /// The `Accept` header.
    pub(crate) accept: Option<&'a str>,
    /// A `build_token` that this BinderHub did not give out.
    pub(crate) bad_token: bool,
    /// `build_only=true`.
    pub(crate) build_only: bool,
    /// The recording that the binder pod's annotation names.
    pub(crate) plays: Option<&'a str>,
    /// Whether the member has a ready hub.
    pub(crate) hub_ready: bool,
}

/// Recordings that are played where their own spec is asked for again. What was recorded under no
/// spec of its own is found in the registry and starts.
const BY_SPEC: &[&str] = &[
    "failed-build-exit3-stream-stays-open",
    "failed-spawn-process-exits",
    "failed-never-ready-launch-timeout",
    "ready-slow-build-client-a",
    "failed-bad-spec-no-ref",
    "failed-bad-ref",
    "failed-unknown-repo",
];
/// Below this repository the ref is the name of a recording.
const BY_NAME: &str = "gh/stand-ins/play/";
const FOUND: &str = "ready-found-image";
/// BinderHub tells no more than this of whatever the hub's API refuses.
const HUB_REFUSES: &str = "failed-hub-active-server-limit-429";

/// The name of the recording that answers.
pub(crate) fn choose<'a>(asked: &Asked<'a>, shelf: &Shelf) -> &'a str {
    match asked.accept {
        Some(accept) if is_event_stream(accept) => {}
        Some(accept) if accept.contains("text/event-stream") => return "failed-accept-list",
        _ => return "failed-missing-accept",
    }
    if asked.bad_token {
        return "failed-bad-build-token";
    }
    if asked.build_only {
        return "failed-build-only-not-allowed";
    }
    let by_name = asked.spec.strip_prefix(BY_NAME).filter(|name| shelf.get(name).is_some());
    let by_spec = BY_SPEC.iter().copied().find(|name| {
        let recorded = shelf.get(name).and_then(|recording| recording.target.strip_prefix("/build/"));
        recorded == Some(asked.spec)
    });
    let by_pod = asked.plays.filter(|name| shelf.get(name).is_some());
    let name = by_pod.or(by_name).or(by_spec).unwrap_or(FOUND);
    let launches = shelf.get(name).is_some_and(|recording| recording.launch().is_some());
    if launches && !asked.hub_ready { HUB_REFUSES } else { name }
}

/// BinderHub splits at semicolons only, so a list is refused.
fn is_event_stream(accept: &str) -> bool {
    accept.split(';').next() == Some("text/event-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(spec: &str) -> Asked<'_> {
        Asked {
            spec,
            accept: Some("text/event-stream"),
            bad_token: false,
            build_only: false,
            plays: None,
            hub_ready: true,
        }
    }

    #[test]
    fn specs_choose_what_was_recorded_for_them() {
        let shelf = Shelf::open().unwrap();
        for (spec, name) in [
            ("gh/binderhub-ci-repos/build-fails/HEAD", "failed-build-exit3-stream-stays-open"),
            ("gh/binderhub-ci-repos/crash-spawn/HEAD", "failed-spawn-process-exits"),
            ("gh/binderhub-ci-repos/never-ready/HEAD", "failed-never-ready-launch-timeout"),
            ("gh/binderhub-ci-repos/slow-build/HEAD", "ready-slow-build-client-a"),
            ("gh/binder-examples/requirements", "failed-bad-spec-no-ref"),
            ("gh/binder-examples/requirements/deadbeefdeadbeef", "failed-bad-ref"),
            ("gh/no-such/repo/HEAD", "failed-unknown-repo"),
        ] {
            assert_eq!(choose(&asked(spec), &shelf), name, "{spec}");
        }
    }

    #[test]
    fn launches_choose_their_recording() {
        let shelf = Shelf::open().unwrap();
        let one = asked("gh/binder-examples/requirements/HEAD");
        for (asked, name) in [
            (one, FOUND),
            (asked("gh/any/thing/main"), FOUND),
            (asked("gh/stand-ins/play/failed-r2d-thirdparty-outage"), "failed-r2d-thirdparty-outage"),
            (asked("gh/stand-ins/play/nothing"), FOUND),
            (Asked { accept: None, ..one }, "failed-missing-accept"),
            (Asked { accept: Some("*/*"), ..one }, "failed-missing-accept"),
            (Asked { accept: Some("text/event-stream, */*;q=0.1"), ..one }, "failed-accept-list"),
            (Asked { accept: Some("text/event-stream;q=1"), ..one }, FOUND),
            (Asked { bad_token: true, ..one }, "failed-bad-build-token"),
            (Asked { build_only: true, ..one }, "failed-build-only-not-allowed"),
            (
                Asked { plays: Some("failed-quota-exceeded-cached-image"), ..one },
                "failed-quota-exceeded-cached-image",
            ),
            (Asked { plays: Some("nothing"), ..one }, FOUND),
            (Asked { hub_ready: false, ..one }, HUB_REFUSES),
            (Asked { hub_ready: false, ..asked("gh/no-such/repo/HEAD") }, "failed-unknown-repo"),
        ] {
            assert_eq!(choose(&asked, &shelf), name, "{asked:?}");
        }
    }
}
