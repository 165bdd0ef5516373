//! One launch: asked for once, watched to its first `ready` or `failed`, tried again at most once.

mod attempt;
mod judge;
mod watch;

use reqwest::header::HeaderValue;
use tokio::time::{Instant, sleep};

use crate::finding::Finding;
use crate::http::Http;
use crate::run::Run;
use crate::server::{Farewells, Server};
use crate::{BaseUrl, Cause, LaunchSpec};

use attempt::attempt;
use judge::{Ended, judge};
use watch::Watch;

/// BinderHub compares the header with exactly this; a list of types is refused.
pub(crate) const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// A launch that came to `ready`.
#[derive(Debug)]
pub(crate) struct Launched {
    /// Its server, which has to be stopped.
    pub(crate) server: Server,
    /// The image it runs.
    pub(crate) image: Option<String>,
}

/// Launches. Whatever is wrong with a `ready`, a server that came with it is stopped here.
pub(crate) async fn launch(
    run: &Run,
    http: &Http,
    base: &BaseUrl,
    spec: &LaunchSpec,
    farewells: Farewells,
) -> (Finding, Option<Launched>) {
    let url = base.join(&spec.build_path());
    let started = Instant::now();
    let mut trouble: Option<String> = None;
    loop {
        let mut watch = Watch::new(http.budgets, started);
        let ended = attempt(run, http, &url, &mut watch).await;
        let finding = judge(&ended, &watch, spec).url(&url).phase(watch.phase());
        // A rollout may cut a stream or answer 502 once. More than one retry would hide a fault,
        // and any other end was BinderHub's own answer: to ask again is to launch again.
        if finding.may_settle && trouble.is_none() {
            run.stream(watch.phase(), format!("{}; trying once more", finding.seen));
            trouble = Some(finding.seen);
            sleep(http.budgets.pause).await;
            continue;
        }
        let finding = match &trouble {
            Some(trouble) => finding.after(Cause::Flaky, trouble),
            None => finding,
        };
        let Ended::Ready(ready) = ended else {
            return (finding, None);
        };
        let (Some(url), Some(token)) = (ready.url, ready.token) else {
            return (finding, None);
        };
        let server = Server::new(http.clone(), url, token, farewells);
        if finding.carries() {
            return (finding, Some(Launched { server, image: watch.image().map(str::to_owned) }));
        }
        let stopped = server.stop().await;
        return (finding.noting(&format!("its server: {}", stopped.seen)), None);
    }
}
