//! The legacy API of annotations.

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::accounts::Who;
use super::rows::{Change, Row, Rows, Wanted};
use super::say;
use super::tags::Tag;
use crate::config::Role;
use crate::wire::{Answer, Query, Request};

/// Grafana's default number of rows and tags.
const LIMIT: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    time: Option<i64>,
    time_end: Option<i64>,
    text: Option<String>,
    tags: Option<Vec<String>>,
    data: Option<Map<String, Value>>,
}

impl Fields {
    fn change(self) -> Change {
        Change {
            time: self.time.unwrap_or_default(),
            time_end: self.time_end.unwrap_or_default(),
            text: self.text.filter(|text| !text.is_empty()),
            tags: self.tags,
            data: self.data.map(sorted),
        }
    }
}

/// POST. An unknown dashboard is ignored, so no field of it is read.
pub(crate) fn add(rows: &mut Rows, who: &Who, body: &[u8], now: Timestamp) -> Answer {
    let Ok(fields) = serde_json::from_slice::<Fields>(body) else { return bad_data() };
    if who.role == Role::Viewer {
        return say::message(403, "Access denied to this dashboard");
    }
    let change = fields.change();
    if change.text.is_none() {
        return say::error(400, "Failed to save annotation");
    }
    match rows.add(change, &who.login, now) {
        Ok(id) => say::json(200, &json!({"id": id, "message": "Annotation added"})),
        Err(_) => too_long(),
    }
}

/// GET of many.
pub(crate) fn list(rows: &Rows, query: &Query, avatar: &str) -> Answer {
    if query.first("dashboardUID").is_some_and(|uid| !uid.is_empty()) {
        return say::error(400, "Invalid dashboard UID in annotation request");
    }
    // Nothing here comes from an alert or lies on a dashboard.
    if query.first("type") == Some("alert") || query.number("dashboardId").is_some_and(|id| id > 0) {
        return say::json(200, &json!([]));
    }
    let wanted = Wanted {
        tags: Tag::parse_all(query.all("tags")),
        any: query.first("matchAny") == Some("true"),
        from: query.number("from").unwrap_or_default(),
        to: query.number("to").unwrap_or_default(),
        limit: limit(query),
    };
    let rows: Vec<Value> = rows.query(&wanted).into_iter().map(|row| shown(row, avatar)).collect();
    say::json(200, &rows.into())
}

/// GET of the tags.
pub(crate) fn tags(rows: &Rows, query: &Query) -> Answer {
    let tags = rows.tags(query.first("tag").unwrap_or_default(), limit(query));
    let tags: Vec<Value> = tags.into_iter().map(|(tag, count)| json!({"tag": tag, "count": count})).collect();
    say::json(200, &json!({"result": {"tags": tags}}))
}

/// GET, PATCH, PUT and DELETE of one.
pub(crate) fn one(
    rows: &mut Rows,
    who: &Who,
    id: &str,
    request: &Request,
    now: Timestamp,
    avatar: &str,
) -> Answer {
    let permission = match request.method {
        Method::GET => None,
        Method::PATCH | Method::PUT => Some("annotations:write"),
        Method::DELETE => Some("annotations:delete"),
        _ => return say::nothing(),
    };
    if let Some(permission) = permission.filter(|_| who.role == Role::Viewer) {
        return say::forbidden(permission);
    }
    let Ok(id) = id.parse::<i64>() else { return say::error(400, "annotationId is invalid") };
    let done = match request.method {
        Method::GET => return rows.find(id).map_or_else(absent, |row| say::json(200, &shown(row, avatar))),
        Method::DELETE if rows.remove(id) => "Annotation deleted",
        Method::DELETE => return absent(),
        _ => {
            let Ok(fields) = serde_json::from_slice::<Fields>(&request.body) else { return bad_data() };
            match rows.change(id, replaced(fields.change(), &request.method), now) {
                Ok(true) if request.method == Method::PUT => "Annotation updated",
                Ok(true) => "Annotation patched",
                Ok(false) => return absent(),
                Err(_) => return too_long(),
            }
        }
    };
    say::message(200, done)
}

/// PUT replaces text and tags, absent or not; PATCH leaves what is absent.
fn replaced(change: Change, method: &Method) -> Change {
    if *method != Method::PUT {
        return change;
    }
    let (text, tags) = (change.text.unwrap_or_default(), change.tags.unwrap_or_default());
    Change { text: Some(text), tags: Some(tags), ..change }
}

fn limit(query: &Query) -> usize {
    let asked = query.number("limit").filter(|limit| *limit > 0);
    asked.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(LIMIT)
}

fn bad_data() -> Answer {
    say::error(400, "bad request data")
}

fn absent() -> Answer {
    say::message(404, "Annotation not found")
}

fn too_long() -> Answer {
    let body = json!({
        "message": "Tags length exceeds the maximum allowed.",
        "messageId": "annotations.tag-limit-exceeded",
        "statusCode": 400,
        "traceID": "",
    });
    say::json(400, &body)
}

fn shown(row: &Row, avatar: &str) -> Value {
    json!({
        "id": row.id,
        "alertId": 0,
        "alertName": "",
        "dashboardId": 0,
        "dashboardUID": null,
        "panelId": 0,
        "userId": 0,
        "newState": "",
        "prevState": "",
        "created": row.created,
        "updated": row.updated,
        "time": row.time,
        "timeEnd": row.time_end,
        "text": row.text,
        "tags": row.tags,
        "login": row.login,
        "email": row.login,
        "avatarUrl": avatar,
        "data": row.data,
    })
}

/// Go writes the keys of a map in order, at every depth.
fn sorted(map: Map<String, Value>) -> Map<String, Value> {
    let mut pairs: Vec<(String, Value)> = map.into_iter().collect();
    pairs.sort_by(|(one, _), (two, _)| one.cmp(two));
    pairs.into_iter().map(|(key, value)| (key, sorted_value(value))).collect()
}

fn sorted_value(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(sorted(map)),
        Value::Array(items) => items.into_iter().map(sorted_value).collect(),
        scalar => scalar,
    }
}
