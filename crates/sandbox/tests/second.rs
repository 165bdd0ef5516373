//! A second sandbox boots beside the first, is left alone when it is healthy, mended when it is
//! not, and ends without a trace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use camino::{Utf8Path, Utf8PathBuf};
use sandbox::{Config, Event, Layout, Search, Tool, Tools};
use std::time::Duration;
use test_support::Sandbox;

const TEST: &str = "second::a_second_sandbox_comes_and_goes";

/// The program that runs the proxy: the crate's example, which cargo builds with the tests.
fn proxy_command() -> Option<Vec<String>> {
    let own = Utf8PathBuf::try_from(std::env::current_exe().ok()?).ok()?;
    let example = own.parent()?.parent()?.join("examples/sandbox");
    example.is_file().then(|| vec![example.into_string(), "proxy".to_owned()])
}

/// The cache that the first sandbox's programs came from.
fn cache(sandbox: &Sandbox) -> Option<Utf8PathBuf> {
    let program = sandbox.helm.v3.as_ref().or(sandbox.kubectl.as_ref())?;
    Some(program.parent()?.parent()?.to_owned())
}

async fn up(config: &Config) -> (sandbox::State, Vec<Event>) {
    let mut events = Vec::new();
    let state = sandbox::up(config, &mut |event| events.push(event)).await.unwrap();
    (state, events)
}

fn alive(pid: i32) -> bool {
    // A zombie is nobody's sandbox any more.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.starts_with(" Z"))
}

#[tokio::test]
async fn a_second_sandbox_comes_and_goes() {
    let Some(first) = Sandbox::or_skip(TEST) else { return };
    let Some(cache) = cache(&first) else {
        test_support::skip(TEST, "the running sandbox's programs do not lie in a cache");
        return;
    };
    let Some(proxy_command) = proxy_command() else {
        test_support::skip(TEST, "the example that runs the proxy is not built");
        return;
    };
    let search = Search { assets: None, cache, path: Vec::new() };
    if Tool::CORE.len() > count(&Tools::find(&search, &Tool::CORE).await) {
        test_support::skip(TEST, "not all programs of the control plane are built");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap().join("sandbox");
    let layout = Layout::new(&folder);
    let config = Config {
        folder,
        search,
        extra_tools: Vec::new(),
        nodes: 2,
        proxy_command,
        services: Vec::new(),
        patience: Duration::from_secs(60),
    };

    let (state, events) = up(&config).await;
    assert!(events.iter().any(|event| matches!(event, Event::Ready { .. })));
    let components = sandbox::status(&layout).await.unwrap();
    assert_eq!(components.len(), 6);
    assert!(components.iter().all(|it| it.healthy && it.resident_bytes > Some(0)), "{components:?}");

    let (again, events) = up(&config).await;
    assert_eq!(again.pids, state.pids);
    assert_eq!(events, [Event::AlreadyUp]);

    // One component gone: all of it is ended and booted anew.
    let scheduler = rustix::process::Pid::from_raw(state.pids["kube-scheduler"]).unwrap();
    rustix::process::kill_process(scheduler, rustix::process::Signal::KILL).unwrap();
    let (mended, events) = up(&config).await;
    assert!(events.iter().any(|event| matches!(event, Event::Cleaned { .. })), "{events:?}");
    assert!(state.pids.values().all(|pid| !alive(*pid)));

    assert_eq!(sandbox::down(&layout).await.unwrap(), mended.pids.len());
    assert!(mended.pids.values().all(|pid| !alive(*pid)));
    assert!(!layout.state().exists());
    assert_eq!(sandbox::down(&layout).await.unwrap(), 0);
    assert!(first.pids.values().all(|pid| alive(*pid)), "the first sandbox is left alone");
    assert!(!sandbox::logs(&layout, "etcd", 3).unwrap().is_empty());
    assert!(sandbox::logs(&layout, "helm", 3).is_err());
}

fn count(tools: &Tools) -> usize {
    Tool::CORE.iter().filter(|tool| tools.get(**tool).is_some()).count()
}
