//! The last lines that a container wrote: optional evidence, bounded in time and size.

use std::time::Duration;

use kube::Client;
use kube::core::subresource::LogParams;

use crate::verdict::Finding;

const LINES: i64 = 20;
const BYTES: i64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// The last lines of the container at fault: of its present run, else of the one before.
///
/// Never an error: a log needs a kubelet that answers, and its absence must not hide the verdict.
pub(crate) async fn fetch(client: &Client, finding: &Finding) -> Vec<String> {
    let both = async {
        let now = lines(client, finding, false).await;
        if now.is_empty() { lines(client, finding, true).await } else { now }
    };
    tokio::time::timeout(PATIENCE, both).await.unwrap_or_default()
}

async fn lines(client: &Client, finding: &Finding, previous: bool) -> Vec<String> {
    let (Some(namespace), "Pod") = (&finding.guilty.namespace, finding.guilty.kind.as_str()) else {
        return Vec::new();
    };
    let parameters = LogParams {
        container: finding.container.clone(),
        previous,
        tail_lines: Some(LINES),
        limit_bytes: Some(BYTES),
        ..LogParams::default()
    };
    let pods = kube::core::Request::new(format!("/api/v1/namespaces/{namespace}/pods"));
    let Ok(request) = pods.logs(&finding.guilty.name, &parameters) else { return Vec::new() };
    client.request_text(request).await.map(|text| said(&text)).unwrap_or_default()
}

/// The lines of an answer, unless the answer is not a log: the kubelet says 200 and an excuse
/// where the container's files are gone.
fn said(text: &str) -> Vec<String> {
    if text.starts_with("unable to retrieve container logs for ") {
        return Vec::new();
    }
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excuse_is_not_a_log() {
        assert!(said("unable to retrieve container logs for containerd://344fa5").is_empty());
        assert!(said("\n\n").is_empty());
        assert_eq!(said("starting\nfatal: no database\n"), ["starting", "fatal: no database"]);
    }
}
