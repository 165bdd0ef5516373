//! The user's server: whether it is closed, works, and ends.

use std::time::Duration;

use base_url::shown;
use reqwest::Method;
use secrecy::SecretString;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::fault::Fault;
use crate::finding::Finding;
use crate::http::{Answer, Http};
use crate::{Cause, Component};

/// How long the last attempt to stop a server may take when nobody waits for its result.
const FAREWELL: Duration = Duration::from_secs(10);

/// Where tasks go that stop a server whose run was dropped.
pub(crate) type Farewells = UnboundedSender<JoinHandle<()>>;

/// A server that runs because of us. Dropped before it was stopped, it is stopped in a task.
#[derive(Debug)]
pub(crate) struct Server {
    http: Http,
    url: Url,
    token: SecretString,
    farewells: Farewells,
    running: bool,
}

impl Server {
    pub(crate) fn new(http: Http, url: Url, token: SecretString, farewells: Farewells) -> Self {
        Self { http, url, token, farewells, running: true }
    }

    fn api(&self, name: &str) -> Url {
        let mut url = self.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&format!("{}/api/{name}", self.url.path().trim_end_matches('/')));
        url
    }

    /// Whether it refuses those who have no token. `api` itself answers anyone; `api/status` does not.
    pub(crate) async fn closed(&self) -> (Finding, Option<()>) {
        let url = self.api("status");
        let wanted = "HTTP 403 without a token";
        self.http
            .settled(|| async {
                let finding = match self.http.get(&url, None).await {
                    Err(fault) => fault.finding(&url),
                    Ok(answer) => match answer.head.status {
                        403 => Finding::pass("HTTP 403 without a token").url(&url),
                        200 if is_status(&answer, &url) => {
                            Finding::fail(Cause::OpenServer, "HTTP 200 without a token")
                                .wanted(wanted)
                                .url(&url)
                        }
                        _ => misrouted(&answer, &url, wanted),
                    },
                };
                (finding, Some(()))
            })
            .await
    }

    /// Whether its token opens it.
    pub(crate) async fn works(&self) -> (Finding, Option<()>) {
        let url = self.api("status");
        let wanted = "HTTP 200 with the token";
        self.http
            .settled(|| async {
                let finding = match self.http.get(&url, Some(&self.token)).await {
                    Err(fault) => fault.finding(&url),
                    Ok(answer) => match answer.head.status {
                        200 if is_status(&answer, &url) => Finding::pass("HTTP 200 with the token").url(&url),
                        401 | 403 => {
                            let seen = format!("HTTP {} with the token", answer.head.status);
                            Finding::fail(Cause::Token, seen).wanted(wanted).url(&url)
                        }
                        _ => misrouted(&answer, &url, wanted),
                    },
                };
                (finding, Some(()))
            })
            .await
    }

    /// Stops it, and waits until its URL no longer answers.
    pub(crate) async fn stop(mut self) -> Finding {
        let url = self.api("shutdown");
        let end = Instant::now() + self.http.budgets.shutdown;
        let mut order = self.order(&url).await;
        if order.as_ref().is_err_and(|finding| finding.may_settle) {
            sleep(self.http.budgets.pause).await;
            order = self.order(&url).await;
        }
        self.running = false;
        // An order that got no answer may still have been obeyed: only the server can say.
        let refused = match order {
            Ok(()) => None,
            Err(finding) if finding.may_settle => Some(finding),
            Err(finding) => return finding,
        };
        let status = self.api("status");
        loop {
            let gone = match self.http.get(&status, Some(&self.token)).await {
                // The route is gone (404, 424, 503), or leads to the hub's login page.
                Ok(answer) if !matches!(answer.head.status, 200..=299 | 401 | 403) => {
                    Some(answer.head.status)
                }
                Ok(_) | Err(_) => None,
            };
            if let Some(gone) = gone {
                return Finding::pass(format!("stopped; its URL answers HTTP {gone}")).url(&self.url);
            }
            if Instant::now() + self.http.budgets.pause >= end {
                let still =
                    format!("{} did not end within {:?}", shown(&self.url), self.http.budgets.shutdown);
                return refused.unwrap_or_else(|| Finding::fail(Cause::Cleanup, still).url(&url));
            }
            sleep(self.http.budgets.pause).await;
        }
    }

    async fn order(&self, url: &Url) -> Result<(), Finding> {
        let failed = |seen: String| Finding::fail(Cause::Cleanup, seen).wanted("HTTP 200").url(url);
        match self.http.ask(Method::POST, url, Some(&self.token)).await {
            Ok(answer) if answer.head.status == 200 => Ok(()),
            Ok(answer) => {
                let finding = failed(format!("the order to stop got HTTP {}", answer.head.status));
                Err(if answer.head.status >= 500 { finding.may_settle() } else { finding })
            }
            Err(fault) => {
                Err(failed(format!("the order to stop got no answer: {}", fault.seen())).may_settle())
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.running {
            return;
        }
        // Without a runtime there is nobody left to send anything.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (http, url, token) = (self.http.clone(), self.api("shutdown"), self.token.clone());
        let farewell = runtime.spawn(async move {
            let order = http.ask(Method::POST, &url, Some(&token));
            let _: Result<Result<Answer, Fault>, _> = tokio::time::timeout(FAREWELL, order).await;
        });
        let _ = self.farewells.send(farewell);
    }
}

/// `api/status` of a user's server; a page that is 200 for everything is none.
fn is_status(answer: &Answer, url: &Url) -> bool {
    answer
        .json(url, "")
        .is_ok_and(|status| status.get("started").is_some() || status.get("kernels").is_some())
}

/// An answer that no user's server gives: its route is missing, late, or leads elsewhere.
fn misrouted(answer: &Answer, url: &Url, wanted: &str) -> Finding {
    let finding = answer.head.unexpected(url, wanted).at(Component::Hub);
    match answer.head.status {
        404 | 424 | 502..=504 => {
            Finding::fail(Cause::Route, finding.seen).at(Component::Hub).wanted(wanted).url(url).may_settle()
        }
        200 => Finding::fail(
            Cause::Route,
            format!("HTTP 200 with {} instead of a status", answer.head.content_type),
        )
        .at(Component::Hub)
        .wanted(wanted)
        .url(url),
        _ => finding,
    }
}
