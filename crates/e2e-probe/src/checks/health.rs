//! `/health`: what BinderHub says of itself, by two samples out of three.

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::sleep;
use url::Url;

use crate::finding::Finding;
use crate::http::{Answer, Http};
use crate::text::clean_line;
use crate::{BaseUrl, Cause, Component};

const WANTED: &str = "HTTP 200 with the health as JSON";

/// What a launch and the health check tell each other.
pub(crate) struct Together {
    /// Told at the first good sample: a launch need not wait for the second.
    pub(crate) first_good: oneshot::Sender<()>,
    /// Ends when the launch has.
    pub(crate) launch_over: oneshot::Receiver<()>,
}

/// Takes samples until two agree.
///
/// BinderHub answers from a cache of 15 s. So a bad sample is asked again when the cache is stale,
/// and a good one when the launch is over: to wait longer would show nothing new.
pub(crate) async fn check(http: &Http, base: &BaseUrl, together: Together) -> (Finding, Option<()>) {
    let Together { first_good, mut launch_over } = together;
    let url = base.join("health");
    let mut first_good = Some(first_good);
    let mut samples = Vec::new();
    loop {
        let sample = match http.get(&url, None).await {
            Ok(answer) => judge(&answer, &url),
            Err(fault) => fault.finding(&url),
        };
        let good = sample.carries();
        if let Some(first_good) = first_good.take_if(|_| good) {
            // Nobody listens where the launch was given up.
            let _ = first_good.send(());
        }
        samples.push(sample);
        if let Some(finding) = decide(&samples) {
            return (finding, Some(()));
        }
        let gap = sleep(http.budgets.sample_gap);
        if good {
            // Never polled again once it is over: the next good sample decides.
            tokio::select! { () = gap => {}, _ = &mut launch_over => {} }
        } else {
            gap.await;
        }
    }
}

/// The verdict of two samples that agree; the last of them speaks.
fn decide(samples: &[Finding]) -> Option<Finding> {
    let good: Vec<&Finding> = samples.iter().filter(|sample| sample.carries()).collect();
    let bad: Vec<&Finding> = samples.iter().filter(|sample| !sample.carries()).collect();
    match (good.as_slice(), bad.as_slice()) {
        ([_, .., last], []) => Some((*last).clone()),
        ([_, .., last], [bad, ..]) => Some((*last).clone().after(Cause::Flaky, &bad.seen)),
        (_, [_, .., last]) => Some((*last).clone()),
        _ => None,
    }
}

/// The conclusion of one sample. A sick BinderHub says 503 with the same JSON.
fn judge(answer: &Answer, url: &Url) -> Finding {
    if !matches!(answer.head.status, 200 | 503) || answer.head.followed(url) {
        return answer.head.unexpected(url, WANTED);
    }
    match answer.json(url, WANTED) {
        Ok(health) => read(&health).url(url),
        // The 503 of an ingress with nobody behind it is HTML.
        Err(_) if answer.head.status == 503 => answer.head.unexpected(url, WANTED),
        Err(finding) => finding,
    }
}

/// The pure reading of the document.
fn read(health: &Value) -> Finding {
    let schema = |seen: &str| Finding::fail(Cause::Schema, seen).wanted(WANTED);
    let Some(ok) = health.get("ok").and_then(Value::as_bool) else {
        return schema("JSON without `ok`");
    };
    let Some(checks) = health.get("checks").and_then(Value::as_array) else {
        return schema("JSON without `checks`");
    };
    let mut sick = Vec::new();
    let mut ignored = Vec::new();
    for check in checks {
        let (Some(service), Some(ok)) =
            (check.get("service").and_then(Value::as_str), check.get("ok").and_then(Value::as_bool))
        else {
            return schema("a check without `service` or `ok`");
        };
        if !ok {
            let forgiven = check.get("_ignore_failure").and_then(Value::as_bool) == Some(true);
            let list = if forgiven || service == "Pod quota" { &mut ignored } else { &mut sick };
            list.push(describe(service, check));
        }
    }
    if let Some(first) = sick.first() {
        let (cause, component) = match first.as_str() {
            service if service.contains("registry") => (Cause::Registry, Component::Registry),
            service if service.contains("JupyterHub") => (Cause::Hub, Component::Hub),
            _ => (Cause::Unhealthy, Component::Binder),
        };
        return Finding::fail(cause, format!("not healthy: {}", sick.join(", "))).at(component);
    }
    if !ignored.is_empty() {
        return Finding::degraded(Cause::Capacity, ignored.join(", ")).at(Component::Capacity);
    }
    if !ok {
        return Finding::fail(Cause::Unhealthy, "`ok` is false, and no check says why");
    }
    Finding::pass(format!("{} services healthy", checks.len()))
}

fn describe(service: &str, check: &Value) -> String {
    let number = |key: &str| check.get(key).and_then(Value::as_u64);
    match (number("total_pods"), number("quota")) {
        (Some(pods), Some(quota)) => format!("{} exceeded: {pods} of {quota} pods", clean_line(service)),
        _ => clean_line(service),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;
    use serde_json::json;

    #[test]
    fn documents() {
        let registry = |ok: bool| json!({"service": "Docker registry", "ok": ok});
        let hub = |ok: bool| json!({"service": "JupyterHub API", "ok": ok});
        let quota = |ok: bool| json!({"service": "Pod quota", "total_pods": 21, "quota": 20, "ok": ok, "_ignore_failure": true});
        let table = [
            (json!({"ok": true, "checks": [registry(true), hub(true), quota(true)]}), Verdict::Pass, None),
            (json!({"ok": true, "checks": []}), Verdict::Pass, None),
            (
                json!({"ok": true, "checks": [registry(true), quota(false)]}),
                Verdict::Degraded,
                Some(Cause::Capacity),
            ),
            (
                json!({"ok": false, "checks": [registry(false), hub(true)]}),
                Verdict::Fail,
                Some(Cause::Registry),
            ),
            (json!({"ok": false, "checks": [registry(true), hub(false)]}), Verdict::Fail, Some(Cause::Hub)),
            (json!({"ok": true, "checks": [hub(false)]}), Verdict::Fail, Some(Cause::Hub)),
            (json!({"ok": false, "checks": []}), Verdict::Fail, Some(Cause::Unhealthy)),
            (json!({"ok": "true", "checks": []}), Verdict::Fail, Some(Cause::Schema)),
            (json!({"ok": true}), Verdict::Fail, Some(Cause::Schema)),
            (json!({"ok": true, "checks": [{"service": "x"}]}), Verdict::Fail, Some(Cause::Schema)),
            (json!([]), Verdict::Fail, Some(Cause::Schema)),
        ];
        for (health, verdict, cause) in table {
            let finding = read(&health);
            assert_eq!((finding.verdict, finding.cause), (verdict, cause), "{health}");
        }
    }

    #[test]
    fn two_of_three_decide() {
        let good = || Finding::pass("good");
        let bad = || Finding::fail(Cause::Registry, "bad");
        let verdict = |samples: &[Finding]| decide(samples).map(|finding| finding.verdict);
        assert_eq!(verdict(&[good()]), None);
        assert_eq!(verdict(&[bad()]), None);
        assert_eq!(verdict(&[good(), bad()]), None);
        assert_eq!(verdict(&[good(), good()]), Some(Verdict::Pass));
        assert_eq!(verdict(&[bad(), bad()]), Some(Verdict::Fail));
        assert_eq!(verdict(&[bad(), good(), good()]), Some(Verdict::Degraded));
        assert_eq!(verdict(&[good(), bad(), bad()]), Some(Verdict::Fail));
    }

    #[test]
    fn the_recorded_document_is_healthy() {
        for name in ["health-ok.txt", "health-at-quota.txt"] {
            let file = test_support::fixtures().join("binderhub").join(name);
            let text = std::fs::read_to_string(file).unwrap();
            let health: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
            assert_eq!(read(&health).verdict, Verdict::Pass, "{name}");
        }
    }
}
