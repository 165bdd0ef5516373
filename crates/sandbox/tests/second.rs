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
use sandbox::{Config, Event, Layout, Search, Service, Tool, Tools};
use std::time::Duration;
use test_support::Sandbox;

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

/// A sandbox of its own in `folder`, or a loud skip.
async fn or_skip(test: &str, folder: &tempfile::TempDir) -> Option<(Sandbox, Config)> {
    let test = &format!("second::{test}");
    let first = Sandbox::or_skip(test)?;
    let skip = |reason| {
        test_support::skip(test, reason);
        None
    };
    let Some(cache) = cache(&first) else {
        return skip("the running sandbox's programs do not lie in a cache");
    };
    let Some(proxy_command) = proxy_command() else {
        return skip("the example that runs the proxy is not built");
    };
    let search = Search { assets: None, cache, path: Vec::new() };
    let found = Tools::find(&search, &Tool::CORE).await;
    if Tool::CORE.iter().any(|tool| found.get(*tool).is_none()) {
        return skip("not all programs of the control plane are built");
    }
    let config = Config {
        folder: Utf8Path::from_path(folder.path()).unwrap().join("sandbox"),
        search,
        extra_tools: Vec::new(),
        nodes: 2,
        proxy_command,
        services: Vec::new(),
        patience: Duration::from_secs(60),
    };
    Some((first, config))
}

#[tokio::test]
async fn a_cancelled_boot_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let Some((_, config)) = or_skip("a_cancelled_boot_leaves_no_process", &folder).await else {
        return;
    };
    let mut ignore = |_| {};
    let boot = sandbox::up(&config, &mut ignore);
    // Not even an idle machine boots an API server in that time.
    assert!(tokio::time::timeout(Duration::from_millis(300), boot).await.is_err());
    // Something had begun, and nothing of it is left: no process names this folder.
    assert!(config.folder.join("logs/kube-apiserver.log").exists());
    let left = || {
        let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        all.filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok())
            .filter(|line| line.contains(config.folder.as_str()))
            .collect::<Vec<_>>()
    };
    for _ in 0..100 {
        if left().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(left(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_sandbox_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let Some((first, config)) = or_skip("a_second_sandbox_comes_and_goes", &folder).await else {
        return;
    };
    let layout = Layout::new(&config.folder);

    let (state, events) = up(&config).await;
    assert!(events.iter().any(|event| matches!(event, Event::Ready { .. })));
    let components = sandbox::status(&layout).await.unwrap();
    assert_eq!(components.len(), 6);
    assert!(components.iter().all(|it| it.healthy && it.resident_bytes > Some(0)), "{components:?}");

    let (again, events) = up(&config).await;
    assert_eq!(again.pids, state.pids);
    assert_eq!(events, [Event::AlreadyUp]);

    // A service comes to the running sandbox; etcd stands for any program with a health address.
    let port = sandbox::free_port().unwrap();
    let url = format!("http://127.0.0.1:{port}");
    let etcd = Tools::find(&config.search, &[Tool::Etcd]).await;
    let service = Service {
        name: "extra".to_owned(),
        argv: vec![
            etcd.get(Tool::Etcd).unwrap().to_string(),
            format!("--data-dir={}", layout.folder().join("extra")),
            format!("--listen-client-urls={url}"),
            format!("--advertise-client-urls={url}"),
            format!("--listen-peer-urls=http://127.0.0.1:{}", sandbox::free_port().unwrap()),
        ],
        env: Vec::new(),
        ready: format!("{url}/health"),
        url,
    };
    let broken = Service { argv: vec!["false".to_owned()], ..service.clone() };
    let config = Config { services: vec![broken], ..config };
    let error = sandbox::up(&config, &mut |_| {}).await.unwrap_err();
    assert!(matches!(&error, sandbox::Error::Died { component, .. } if component == "extra"), "{error}");
    assert!(state.pids.values().all(|pid| alive(*pid)), "a broken service takes nothing along");

    let config = Config { services: vec![service.clone()], ..config };
    let before = state;
    let (state, _) = up(&config).await;
    assert_eq!(state.pids["etcd"], before.pids["etcd"]);
    assert_eq!(state.services["extra"], service.url);
    assert!(sandbox::status(&layout).await.unwrap().iter().all(|it| it.healthy));

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
