//! Reads the API server's audit log: who asked what, and how often.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::{Read as _, Seek as _, SeekFrom};

use crate::{Error, error};

/// The audit log of a sandbox.
#[derive(Debug, Clone)]
pub struct AuditLog {
    path: Utf8PathBuf,
}

/// A place in an audit log; the default is its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark(u64);

/// One request to the API server. A watch is one request, however long it lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// When the API server had answered it; of a watch, when its answer began. To the microsecond.
    pub at: Timestamp,
    /// The user, as the API server knows it.
    pub user: String,
    /// The program, as it names itself.
    pub user_agent: String,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// Path and query.
    pub uri: String,
    /// The resource's plural name; empty for a path without one.
    pub resource: String,
    /// `status`, `log` and the like; else empty.
    pub subresource: String,
    /// The object's namespace; else empty.
    pub namespace: String,
    /// The object's name; empty for a list, and for a create whose name is in the body.
    pub name: String,
    /// The HTTP status of the answer.
    pub code: u16,
    /// Whether the query asks for a dry run. A DELETE may ask for it in its body instead, which
    /// the log does not hold.
    pub dry_run: bool,
}

impl Request {
    /// Whether it changes something, or would.
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self.verb.as_str(), "create" | "update" | "patch" | "delete" | "deletecollection")
    }
}

impl AuditLog {
    /// The log at `path`, as the state names it.
    pub fn open(path: impl Into<Utf8PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The log's end as it is now. The API server writes a request down when it has answered it,
    /// so what you asked before is before the mark.
    ///
    /// # Errors
    /// [`Error::Io`] when the log cannot be read.
    pub fn mark(&self) -> Result<Mark, Error> {
        let metadata = std::fs::metadata(&self.path).map_err(error::io("read", &self.path))?;
        Ok(Mark(metadata.len()))
    }

    /// The requests after `mark`, in the order in which they were answered.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Unreadable`].
    pub fn since(&self, mark: Mark) -> Result<Vec<Request>, Error> {
        let text = read_from(&self.path, mark).map_err(error::io("read", &self.path))?;
        parse(&text).map_err(|source| Error::Unreadable { path: self.path.clone(), source })
    }
}

fn read_from(path: &Utf8Path, mark: Mark) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(mark.0))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(rename = "auditID")]
    audit_id: String,
    #[serde(rename = "requestURI")]
    request_uri: String,
    #[serde(default)]
    stage_timestamp: Timestamp,
    verb: String,
    user: User,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    object_ref: ObjectRef,
    #[serde(default)]
    response_status: ResponseStatus,
}

#[derive(Default, Deserialize)]
struct User {
    #[serde(default)]
    username: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ObjectRef {
    resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseStatus {
    code: u16,
}

fn parse(text: &str) -> Result<Vec<Request>, serde_json::Error> {
    // The last line may be half written while we read.
    let (whole, _) = text.rsplit_once('\n').unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut requests = Vec::new();
    for line in whole.lines().filter(|line| !line.is_empty()) {
        let line: Line = serde_json::from_str(line)?;
        // A watch is written down when it starts and when it ends, with the same id.
        if known.insert(line.audit_id) {
            let query = line.request_uri.split_once('?').map(|(_, query)| query);
            let dry_run = query.is_some_and(|query| query.split('&').any(|it| it == "dryRun=All"));
            requests.push(Request {
                at: line.stage_timestamp,
                user: line.user.username,
                user_agent: line.user_agent,
                verb: line.verb,
                resource: line.object_ref.resource,
                subresource: line.object_ref.subresource,
                namespace: line.object_ref.namespace,
                name: line.object_ref.name,
                code: line.response_status.code,
                uri: line.request_uri,
                dry_run,
            });
        }
    }
    Ok(requests)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a real log, cut to the fields that are read and one that is not.
    const LOG: &str = r#"{"level":"Metadata","auditID":"a","requestURI":"/api/v1/namespaces/x/pods?watch=true","verb":"watch","user":{"username":"u"},"userAgent":"kubectl/v1.36.3","objectRef":{"resource":"pods","namespace":"x","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200}}
{"level":"Metadata","auditID":"b","requestURI":"/api/v1/namespaces/x/configmaps/c?dryRun=All&fieldManager=f","verb":"patch","user":{"username":"u"},"userAgent":"Helm/3.19.5","objectRef":{"resource":"configmaps","namespace":"x","name":"c"},"responseStatus":{"code":200}}
{"level":"Metadata","auditID":"a","requestURI":"/api/v1/namespaces/x/pods?watch=true","verb":"watch","user":{"username":"u"},"userAgent":"kubectl/v1.36.3","objectRef":{"resource":"pods","namespace":"x"},"responseStatus":{"code":200}}
{"level":"Metadata","auditID":"c","requestURI":"/version","verb":"get","user":{"username":"u"},"responseStatus":{"code":200}}
{"level":"Meta"#;

    #[test]
    fn a_watch_counts_once_and_a_half_written_line_not_at_all() {
        let requests = parse(LOG).unwrap();
        let verbs: Vec<_> = requests.iter().map(|request| request.verb.as_str()).collect();
        assert_eq!(verbs, ["watch", "patch", "get"]);
    }

    #[test]
    fn writes_and_dry_runs_are_told_apart() {
        let requests = parse(LOG).unwrap();
        let facts: Vec<_> = requests.iter().map(|it| (it.is_write(), it.dry_run)).collect();
        assert_eq!(facts, [(false, false), (true, true), (false, false)]);
    }

    #[test]
    fn a_mark_hides_what_was_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("audit.jsonl");
        let (first, rest) = LOG.split_once('\n').unwrap();
        std::fs::write(&path, format!("{first}\n")).unwrap();
        let log = AuditLog::open(&path);
        let mark = log.mark().unwrap();
        std::fs::write(&path, format!("{first}\n{rest}")).unwrap();
        assert_eq!(log.since(mark).unwrap().len(), 3);
        assert_eq!(log.since(Mark(0)).unwrap().len(), 3);
    }
}
