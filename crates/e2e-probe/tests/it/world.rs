//! A whole healthy member on one wire, any part of which a test can replace.

use std::collections::HashMap;
use std::time::Duration;

use e2e_probe::{
    BinderHub, Budgets, CheckResult, Overall, Progress, Report, Target, Verdict, client_builder, verify,
};
use futures::StreamExt as _;
use tokio::net::TcpListener;

use crate::wire::{Request, Step, Wire, answer, end, stream};

pub(crate) const VERSIONS: &str =
    r#"{"builder_info": {"build_image": "quay.io/jupyterhub/repo2docker:2026.4.0"}, "binderhub": "1.0.0"}"#;
pub(crate) const HEALTH: &str = r#"{"ok": true, "checks": [{"service": "Docker registry", "ok": true}]}"#;
pub(crate) const STATUS: &str = r#"{"connections": 0, "kernels": 0, "started": "2026-11-21T00:51:58Z"}"#;
pub(crate) const TOKEN: &str = "planted-T0ken-of-the-server";

type Answers = Box<dyn FnMut(usize) -> Vec<Step> + Send>;

/// A member. Its binder is at `/staging/binder`, its hub at `/staging`.
pub(crate) struct World {
    listener: TcpListener,
    pub(crate) url: String,
    answers: HashMap<&'static str, Answers>,
    pub(crate) budgets: Budgets,
}

impl World {
    pub(crate) async fn healthy() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // Long enough for a loaded machine; a test that waits for a limit makes that one small.
        let budgets = Budgets {
            settle: Duration::from_secs(5),
            pause: Duration::from_millis(10),
            sample_gap: Duration::from_millis(10),
            ..Budgets::default()
        };
        Self { listener, url, answers: HashMap::new(), budgets }
    }

    /// Replaces what one place answers: `versions`, `health`, `page`, `build`, `hub/api/health`,
    /// `hub/api/`, `closed` (the status without token), `status`, `shutdown`. The closure gets how
    /// often the place was asked before.
    pub(crate) fn with(
        mut self,
        place: &'static str,
        answers: impl FnMut(usize) -> Vec<Step> + Send + 'static,
    ) -> Self {
        self.answers.insert(place, Box::new(answers));
        self
    }

    pub(crate) fn with_budgets(mut self, change: impl FnOnce(&mut Budgets)) -> Self {
        change(&mut self.budgets);
        self
    }

    /// The `ready` event of a launch on this wire.
    pub(crate) fn ready(&self) -> String {
        format!(
            "data: {{\"phase\": \"ready\", \"message\": \"server running at {0}/user/a/\\n\", \"image\": \"r/i:0cf6e6f\", \
             \"repo_url\": \"https://github.com/o/r\", \"token\": \"{TOKEN}\", \"binder_client_ip\": \"192.0.2.77\", \
             \"binder_persistent_request\": \"v2/gh/o/r/0cf6e6f\", \"url\": \"{0}/user/a/\"}}\n\n",
            self.url
        )
    }

    pub(crate) fn target(&self) -> BinderHub {
        BinderHub {
            hub: Some(format!("{}/staging", self.url).parse().unwrap()),
            launch: Some("gh/o/r/HEAD".parse().unwrap()),
            ..BinderHub::new(format!("{}/staging/binder", self.url).parse().unwrap())
        }
    }

    /// Opens the wire.
    pub(crate) fn start(mut self) -> (Wire, Budgets) {
        let ready = self.ready();
        let mut counts: HashMap<&'static str, usize> = HashMap::new();
        let mut stopped = false;
        let wire = Wire::started_on(self.listener, move |request| {
            let place = place(request);
            let count = counts.entry(place).or_default();
            let before = *count;
            *count += 1;
            if let Some(answers) = self.answers.get_mut(place) {
                return answers(before);
            }
            stopped |= place == "shutdown";
            match place {
                "versions" => answer(200, "application/json", VERSIONS),
                "health" => answer(200, "application/json; charset=UTF-8", HEALTH),
                "page" => answer(200, "text/html", r#"<script src="/static/bundle.js?v=1"></script>"#),
                "script" => answer(200, "text/javascript", "x"),
                "hub/api/health" => answer(200, "text/html", ""),
                "hub/api/" => answer(200, "application/json", r#"{"version": "6.1.1"}"#),
                "build" => {
                    let mut steps = stream([LAUNCHING, ready.as_str()]);
                    steps.push(end());
                    steps
                }
                "closed" => answer(403, "application/json", r#"{"message": "Forbidden", "reason": null}"#),
                "status" if stopped => answer(503, "text/html", ""),
                "status" => answer(200, "application/json", STATUS),
                "shutdown" => answer(200, "text/html", ""),
                _ => answer(404, "text/html", "nothing here"),
            }
        });
        (wire, self.budgets)
    }

    /// Verifies it to the end.
    pub(crate) async fn verify(self) -> Seen {
        let target = self.target();
        self.verify_as(Target::BinderHub(target)).await
    }

    pub(crate) async fn verify_as(self, target: Target) -> Seen {
        let (wire, budgets) = self.start();
        let all: Vec<Progress> = verify(client(), target, budgets).collect().await;
        let Some(Progress::Finished(report)) = all.last().cloned() else { panic!("no report: {all:?}") };
        Seen { wire, all, report }
    }
}

pub(crate) const LAUNCHING: &str =
    "data: {\"phase\": \"launching\", \"message\": \"Launching server...\\n\"}\n\n";

fn place(request: &Request) -> &'static str {
    let path = request.path().split('?').next().unwrap();
    match path.strip_prefix("/staging/binder/").unwrap_or_default() {
        "versions" => return "versions",
        "health" => return "health",
        build if build.starts_with("build/") => return "build",
        _ => {}
    }
    match path {
        "/staging/binder/" => "page",
        "/static/bundle.js" => "script",
        "/staging/hub/api/health" => "hub/api/health",
        "/staging/hub/health" => "hub/health",
        "/staging/hub/api/" => "hub/api/",
        path if path.ends_with("/api/status") => match request.header("authorization") {
            None => "closed",
            Some(_) => "status",
        },
        path if path.ends_with("/api/shutdown") && request.line.starts_with("POST") => "shutdown",
        _ => "elsewhere",
    }
}

pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    client_builder(reqwest::Client::builder()).build().unwrap()
}

/// A finished run.
pub(crate) struct Seen {
    pub(crate) wire: Wire,
    pub(crate) all: Vec<Progress>,
    pub(crate) report: Report,
}

impl Seen {
    pub(crate) fn check(&self, name: &str) -> &CheckResult {
        self.report
            .checks
            .iter()
            .find(|check| check.name == name)
            .unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    pub(crate) fn code(&self, name: &str) -> &'static str {
        self.check(name).cause.map_or("", |cause| cause.code().as_str())
    }

    /// One cause, red once: this check failed with this code, and all others passed or were
    /// skipped because of it.
    pub(crate) fn failed_only(&self, name: &str, code: &str) -> &CheckResult {
        let check = self.check(name);
        assert_eq!((check.verdict, self.code(name)), (Verdict::Fail, code), "{self:?}");
        assert_eq!(self.report.verdict, Overall::Fail);
        for other in self.report.checks.iter().filter(|other| other.name != name) {
            assert!(matches!(other.verdict, Verdict::Pass | Verdict::Skipped), "{other} in {self:?}");
            assert!(other.skipped_by.is_none_or(|by| by == name), "{other}");
        }
        check
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for check in &self.report.checks {
            writeln!(f, "{:?} {check}", check.verdict)?;
        }
        Ok(())
    }
}
