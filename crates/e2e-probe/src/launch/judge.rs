//! What the end of a launch means.

use crate::event::Ready;
use crate::fault::Fault;
use crate::finding::Finding;
use crate::sse::Tail;
use crate::{Cause, Component, LaunchSpec, Phase};

use super::watch::{Limit, Watch};

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With a server.
    Ready(Ready),
    /// With BinderHub's own refusal.
    Failed { status: Option<u64>, lines: Vec<String> },
    /// It never became a stream.
    Refused(Finding),
    /// In the middle, by the connection.
    Cut(Fault),
    /// Properly, and without either word.
    Truncated(Option<Tail>),
    /// By our own limit.
    Late(Limit),
}

/// The conclusion. Pure: the same end of the same launch always means the same.
pub(super) fn judge(ended: &Ended, watch: &Watch, spec: &LaunchSpec) -> Finding {
    let in_phase = watch.phase().map_or("before any event".to_owned(), |phase| format!("while {phase}"));
    match ended {
        Ended::Refused(finding) => finding.clone(),
        Ended::Ready(ready) => ready_finding(ready, watch, spec),
        Ended::Failed { status, lines } => failed_finding(*status, lines, watch),
        Ended::Cut(fault) => Finding::fail(Cause::Cut, format!("{} {in_phase}", fault.seen()))
            .wanted("`ready`")
            .last_lines(watch.last_lines())
            .may_settle(),
        Ended::Truncated(tail) => {
            let tail = tail
                .map_or(String::new(), |tail| format!(", with {} bytes of an unfinished event", tail.bytes));
            Finding::fail(Cause::Truncated, format!("the stream ended {in_phase}{tail}"))
                .wanted("`ready` or `failed`")
                .last_lines(watch.last_lines())
        }
        Ended::Late(limit) => {
            late_finding(*limit, &in_phase).wanted("`ready`").last_lines(watch.last_lines())
        }
    }
}

fn late_finding(limit: Limit, in_phase: &str) -> Finding {
    match limit {
        Limit::Silence(limit) => {
            Finding::fail(Cause::Silent, format!("nothing for {limit:?} {in_phase}, not even a keepalive"))
                .at(Component::Ingress)
        }
        Limit::Phase(phase, limit) => {
            let component = match phase {
                Phase::Built | Phase::Launching => Component::Hub,
                _ => Component::Builder,
            };
            Finding::fail(Cause::TooSlow, format!("{phase} for more than {limit:?}")).at(component)
        }
        Limit::Launch(limit) => {
            Finding::fail(Cause::TooSlow, format!("not ready after {limit:?}, {in_phase}"))
        }
    }
}

fn ready_finding(ready: &Ready, watch: &Watch, spec: &LaunchSpec) -> Finding {
    if ready.url.is_none() || ready.token.is_none() {
        let missing = if ready.url.is_none() { "url" } else { "token" };
        return Finding::fail(Cause::Protocol, format!("`ready` without `{missing}`")).wanted("a server");
    }
    if let Some(repo) = ready.repo_url.as_deref().filter(|repo| !spec.is_repository(repo)) {
        return Finding::fail(Cause::WrongContent, format!("launched {repo}")).wanted(spec.to_string());
    }
    if let Some(commit) = ready.resolved.as_deref().filter(|commit| !spec.may_resolve_to(commit)) {
        return Finding::fail(Cause::WrongContent, format!("launched commit {commit}"))
            .wanted(spec.to_string());
    }
    let finding = Finding::pass(format!("ready with {}", watch.image().unwrap_or("an unnamed image")));
    let mut troubles = Vec::new();
    if watch.failed_attempts > 0 {
        troubles.push((Cause::Flaky, format!("{} failed attempts of the hub", watch.failed_attempts)));
    }
    if watch.malformed > 0 {
        troubles.push((Cause::Protocol, format!("{} events that are no JSON", watch.malformed)));
    }
    if watch.truncated > 0 {
        troubles.push((Cause::Protocol, format!("{} events that are too long", watch.truncated)));
    }
    troubles.into_iter().fold(finding, |finding, (cause, trouble)| finding.after(cause, &trouble))
}

/// Messages of hosts that are not part of the deployment, as git, pip, conda and urllib3 word them.
const THIRD_PARTY: &[&str] = &[
    "GitHub rate limit exceeded",
    "Max retries exceeded with url",
    "Temporary failure in name resolution",
    "Could not resolve host",
    "ReadTimeoutError",
    "ConnectTimeoutError",
];

fn failed_finding(status: Option<u64>, lines: &[String], watch: &Watch) -> Finding {
    let message = lines.join(" ");
    let says = |needle: &str| message.contains(needle);
    let building = says("Error during build")
        || matches!(watch.phase(), Some(Phase::Waiting | Phase::Fetching | Phase::Building))
            && status.is_none();
    let inconclusive = |cause, component| Finding::inconclusive(cause, first(lines)).at(component);
    let fail = |cause, component| Finding::fail(cause, first(lines)).at(component);
    let finding = if says("Too many users") {
        inconclusive(Cause::Capacity, Component::Capacity)
    } else if THIRD_PARTY.iter().any(|needle| says(needle)) {
        inconclusive(Cause::ThirdParty, Component::ThirdParty)
    } else if status == Some(429) {
        inconclusive(Cause::RateLimit, Component::Binder)
    } else if says("Could not resolve ref") {
        inconclusive(Cause::UnresolvedRef, Component::ThirdParty)
    } else if status == Some(403) {
        fail(Cause::Auth, Component::Binder)
    } else if status == Some(400) {
        fail(Cause::Protocol, Component::Binder)
    } else if building {
        Finding::fail(Cause::Build, build_error(lines, &watch.last_lines())).at(Component::Builder)
    } else if says("Spawn failed") || says("took too long to launch") {
        fail(Cause::Spawn, Component::Server)
    } else if says("Failed to launch image") && !watch.server_requested {
        // Every attempt failed before the hub took it up: it is down, or refuses more servers.
        let seen = format!("the hub never took up the request; {}", first(lines));
        Finding::fail(Cause::Hub, seen).at(Component::Hub)
    } else {
        fail(Cause::Launch, Component::Binder)
    };
    finding.wanted("`ready`").last_lines(watch.last_lines())
}

fn first(lines: &[String]) -> String {
    lines.first().map_or_else(|| "`failed` without a message".to_owned(), Clone::clone)
}

/// The line in which the build says why. repo2docker's own message quotes the whole command line
/// and ends in an exit status; the builder's line before it has the cause.
fn build_error(message: &[String], last_lines: &[String]) -> String {
    let own = first(message);
    let earlier = last_lines.iter().rev().filter(|line| !message.contains(line));
    let cause = earlier.into_iter().find(|line| {
        let line = line.to_lowercase();
        line.contains("error") || line.contains("fatal:")
    });
    match cause {
        Some(cause) => cause.clone(),
        None => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budgets;
    use crate::Verdict;
    use crate::event::Event;
    use tokio::time::Instant;

    /// The finding after these events, the last of which ends the launch.
    fn after(events: &[&str], spec: &str) -> Finding {
        let mut watch = Watch::new(Budgets::default(), Instant::now());
        let mut ended = Ended::Truncated(None);
        for json in events {
            let event = Event::parse(json).unwrap();
            watch.observe(&event, Instant::now());
            ended = match event.ready {
                Some(ready) => Ended::Ready(ready),
                None => Ended::Failed { status: event.status, lines: event.lines },
            };
        }
        judge(&ended, &watch, &spec.parse().unwrap())
    }

    #[test]
    fn what_failed_means() {
        use Cause::*;
        use Verdict::{Fail, Inconclusive};
        let launching = r#"{"phase": "launching", "message": "Launching server...\n"}"#;
        let requested = r#"{"phase": "launching", "message": "Server requested\n"}"#;
        let building = r##"{"phase": "building", "message": "#2 ERROR: exit code: 3\n"}"##;
        let table: &[(&[&str], Verdict, Cause)] = &[
            (
                &[
                    r#"{"phase": "failed", "status_code": 429, "message": "Rate limit exceeded. Try again in 3 minutes"}"#,
                ],
                Inconclusive,
                RateLimit,
            ),
            (
                &[r#"{"phase": "failed", "message": "Too many users on this BinderHub! Try again soon.\n"}"#],
                Inconclusive,
                Capacity,
            ),
            (
                &[r#"{"phase": "failed", "message": "GitHub rate limit exceeded. Try again in 7 minutes."}"#],
                Inconclusive,
                ThirdParty,
            ),
            (
                &[building, r#"{"phase": "failed", "message": "Error during build: Command x\n"}"#],
                Fail,
                Build,
            ),
            (&[building, r#"{"phase": "failed"}"#], Fail, Build),
            (
                &[
                    r#"{"phase": "fetching", "message": "x"}"#,
                    r#"{"phase": "failed", "message": "fatal: unable to access: Could not resolve host: github.com"}"#,
                ],
                Inconclusive,
                ThirdParty,
            ),
            (
                &[
                    launching,
                    r#"{"phase": "failed", "status_code": 500, "message": "Failed to launch image i:1"}"#,
                ],
                Fail,
                Hub,
            ),
            (
                &[
                    launching,
                    requested,
                    r#"{"phase": "failed", "status_code": 500, "message": "Failed to launch image i:1"}"#,
                ],
                Fail,
                Launch,
            ),
            (
                &[
                    launching,
                    requested,
                    r#"{"phase": "failed", "status_code": 500, "message": "Spawn failed: x"}"#,
                ],
                Fail,
                Spawn,
            ),
            (&[r#"{"phase": "failed", "status_code": 403, "message": "Invalid build token\n"}"#], Fail, Auth),
            (
                &[r#"{"phase": "failed", "status_code": 400, "message": "Missing Accept header"}"#],
                Fail,
                Protocol,
            ),
            (&[r#"{"phase": "failed", "status_code": 500, "message": "?"}"#], Fail, Launch),
            (&[r#"{"phase": "failed"}"#], Fail, Launch),
        ];
        for (events, verdict, cause) in table {
            let finding = after(events, "gh/o/r/HEAD");
            assert_eq!((finding.verdict, finding.cause), (*verdict, Some(*cause)), "{events:?}");
        }
        assert_eq!(after(table[3].0, "gh/o/r/HEAD").seen, "#2 ERROR: exit code: 3");
    }

    #[test]
    fn what_ready_means() {
        let ready = r#"{"phase": "ready", "url": "https://h/user/a/", "token": "t", "image": "i:1", "repo_url": "https://github.com/o/r", "binder_persistent_request": "v2/gh/o/r/0cf6e6fa576c76967d0dde188b2cbec1d78257ca"}"#;
        let table: &[(&[&str], &str, Verdict, Option<Cause>)] = &[
            (&[ready], "gh/o/r/HEAD", Verdict::Pass, None),
            (&[ready], "gh/o/r/0cf6e6fa576c76967d0dde188b2cbec1d78257ca", Verdict::Pass, None),
            (
                &[ready],
                "gh/o/r/254d4ecd1031a38154d582361598374de50a2d6a",
                Verdict::Fail,
                Some(Cause::WrongContent),
            ),
            (&[ready], "gh/o/other/HEAD", Verdict::Fail, Some(Cause::WrongContent)),
            (&[r#"{"phase": "ready", "token": "t"}"#], "gh/o/r/HEAD", Verdict::Fail, Some(Cause::Protocol)),
            (
                &[r#"{"phase": "ready", "url": "https://h/"}"#],
                "gh/o/r/HEAD",
                Verdict::Fail,
                Some(Cause::Protocol),
            ),
            (
                &[r#"{"phase": "launching", "message": "Launch attempt 3 failed, retrying...\n"}"#, ready],
                "gh/o/r/HEAD",
                Verdict::Degraded,
                Some(Cause::Flaky),
            ),
        ];
        for (events, spec, verdict, cause) in table {
            let finding = after(events, spec);
            assert_eq!((finding.verdict, finding.cause), (*verdict, *cause), "{spec}");
        }
    }
}
