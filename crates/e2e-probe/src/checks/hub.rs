//! The hub itself: alive, and of the version that was deployed.

use serde_json::Value;
use url::Url;

use crate::finding::Finding;
use crate::http::{Answer, Http};
use crate::run::{Gate, Run};
use crate::text::clean_line;
use crate::{BaseUrl, Cause, Component, same_release};

use super::{HUB_API, HUB_HEALTH};

/// Both checks of a hub.
pub(crate) async fn checks(run: &Run, http: &Http, base: &BaseUrl, version: Option<&str>) -> Gate<()> {
    let alive = run.check(HUB_HEALTH, Ok(()), |()| health(http, base)).await;
    run.check(HUB_API, alive, |()| api(http, base, version)).await
}

/// `hub/api/health` is reached even where only `/hub/api/` is routed; older hubs have `hub/health` alone.
async fn health(http: &Http, base: &BaseUrl) -> (Finding, Option<()>) {
    let (new, old) = (base.join("hub/api/health"), base.join("hub/health"));
    http.settled(|| async {
        let mut asked = (&new, http.get(&new, None).await);
        if asked.1.as_ref().is_ok_and(|answer| answer.head.status == 404) {
            asked = (&old, http.get(&old, None).await);
        }
        let finding = match asked {
            (url, Ok(answer)) if answer.head.status == 200 && !answer.head.followed(url) => {
                Finding::pass("HTTP 200").url(url)
            }
            (url, Ok(answer)) => down(&answer, url),
            (url, Err(fault)) => fault.finding(url),
        };
        (finding, Some(()))
    })
    .await
}

async fn api(http: &Http, base: &BaseUrl, version: Option<&str>) -> (Finding, Option<()>) {
    let url = base.join("hub/api/");
    http.settled(|| async {
        let finding = match http.get(&url, None).await {
            Ok(answer) => judge(&answer, &url, version),
            Err(fault) => fault.finding(&url),
        };
        (finding, Some(()))
    })
    .await
}

fn judge(answer: &Answer, url: &Url, version: Option<&str>) -> Finding {
    if answer.head.status != 200 || answer.head.followed(url) {
        return down(answer, url);
    }
    let wanted = "the version of the hub as JSON";
    let document = match answer.json(url, wanted) {
        Ok(document) => document,
        Err(finding) => return finding,
    };
    let Some(seen) = document.get("version").and_then(Value::as_str).map(clean_line) else {
        return Finding::fail(Cause::Schema, "JSON without `version`").wanted(wanted).url(url);
    };
    match version {
        Some(version) if !same_release(version, &seen) => {
            Finding::fail(Cause::Version, format!("jupyterhub {seen}"))
                .wanted(format!("jupyterhub {version}"))
                .url(url)
                .may_settle()
        }
        _ => Finding::pass(format!("jupyterhub {seen}")).url(url),
    }
}

/// The proxy in front of the hub says 503 when the hub is gone.
fn down(answer: &Answer, url: &Url) -> Finding {
    let finding = answer.head.unexpected(url, "HTTP 200");
    match answer.head.status {
        500..=599 => Finding::fail(Cause::Hub, finding.seen)
            .at(Component::Hub)
            .wanted("HTTP 200")
            .url(url)
            .may_settle(),
        _ => finding,
    }
}
