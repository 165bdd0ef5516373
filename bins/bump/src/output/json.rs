//! An outcome as one JSON object on one line.
//!
//! `outcome` is `changed`, `would-change`, `unchanged`, `committed`, `proposed`, `all`, `checked`, `log`, `pages`,
//! `marked`, `value` or `failed`, and `exit` the code with which the process ends. A failure carries `problem`
//! with `code`, `message`, `causes`, `place` and `help`; a bump `name`, `title`, `body`, `moves`,
//! `notices`, `diff` and, where it was committed, `commit`; a check `names` and `unwatched`; `set`
//! `place`, `path`, `followers` and `diff`; `get` `place`, `path` and `value`.

use chart_bump::FileChange;
use chart_bump::forge::{Deed, Marked, Proposed, Retired};
use serde_json::{Value, json};

use crate::commands::{Bumped, Checked, Failure, Outcome, Pulled};

pub(super) fn line(outcome: &Result<Outcome, Failure>, code: u8) -> String {
    let value = match outcome {
        Ok(Outcome::Bumped(bumped_)) => bumped(bumped_, code),
        Ok(Outcome::All(each)) => {
            let one = |(name, one): &(String, Result<Bumped, Failure>)| match one {
                Ok(one) => bumped(one, crate::exit::DONE),
                Err(failure) => with_name(name, failed(failure, failure.code)),
            };
            json!({ "outcome": "all", "exit": code, "names": each.iter().map(one).collect::<Vec<_>>() })
        }
        Ok(Outcome::Checked(checked_)) => checked(checked_, code),
        Ok(Outcome::Log { compared, merged, notes }) => {
            let merged = merged.iter().map(|it| {
                json!({
                    "commit": (!it.commit.is_empty()).then_some(&it.commit),
                    "pull_request": it.pull_request,
                    "title": it.title,
                    "author": it.author,
                })
            });
            json!({
                "outcome": "log",
                "exit": code,
                "name": compared.name,
                "old": compared.old,
                "new": compared.new,
                "compare": compared.page.as_ref().map(url::Url::as_str),
                "merged": merged.collect::<Vec<_>>(),
                "notices": notes,
            })
        }
        Ok(Outcome::Pages { pages }) => {
            let page = |(label, page): &(&'static str, Result<url::Url, Failure>)| match page {
                Ok(url) => json!({ "name": label, "compare": url.as_str() }),
                Err(failure) => json!({ "name": label, "problem": failure.record }),
            };
            json!({ "outcome": "pages", "exit": code, "pages": pages.iter().map(page).collect::<Vec<_>>() })
        }
        Ok(Outcome::Marked(marked)) => {
            let one = |it: &Marked| json!({ "number": it.number, "title": it.title, "new": it.is_new });
            json!({ "outcome": "marked", "exit": code, "pull_requests": marked.iter().map(one).collect::<Vec<_>>() })
        }
        Ok(Outcome::Set { place, path, changed, dry_run, followers, diff }) => json!({
            "outcome": word(*changed, *dry_run),
            "exit": code,
            "place": place,
            "path": path.to_string(),
            "followers": followers,
            "diff": diff,
        }),
        Ok(Outcome::Got { place, path, value }) => json!({
            "outcome": "value",
            "exit": code,
            "place": place,
            "path": path.to_string(),
            "value": value,
        }),
        Err(failure) => failed(failure, code),
    };
    format!("{value}\n")
}

fn failed(failure: &Failure, code: u8) -> Value {
    json!({ "outcome": "failed", "exit": code, "problem": failure.record })
}

fn with_name(name: &str, mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("name".to_owned(), name.into());
    }
    value
}

fn bumped(bumped: &Bumped, code: u8) -> Value {
    let Bumped { plan, story, dry_run, committed, pull, superseded } = bumped;
    let moves: Vec<Value> = plan
        .moves
        .iter()
        .map(|step| {
            json!({
                "name": step.name,
                "place": step.place,
                "path": step.path.to_string(),
                "old": step.old,
                "new": step.new,
                "changed": step.changed,
                "compare": step.compare.as_ref().map(url::Url::as_str),
            })
        })
        .collect();
    let mut value = json!({
        "outcome": if committed.is_some() { "committed" } else { word(!plan.files.is_empty(), *dry_run) },
        "exit": code,
        "name": plan.name,
        "title": story.title,
        "body": story.body,
        "moves": moves,
        "notices": plan.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "diff": plan.files.iter().map(FileChange::diff).collect::<String>(),
    });
    if let (Some(commit), Some(object)) = (committed, value.as_object_mut()) {
        let commit = json!({
            "branch": commit.branch,
            "hash": commit.commit,
            "base": commit.base,
            "new": commit.is_new,
        });
        object.insert("commit".to_owned(), commit);
    }
    if let (false, Some(object)) = (superseded.is_empty(), value.as_object_mut()) {
        let closed = |it: &Retired| json!({ "number": it.number, "branch": it.branch });
        object.insert("superseded".to_owned(), superseded.iter().map(closed).collect());
    }
    if let (Some(pull), Some(object)) = (pull, value.as_object_mut()) {
        object.insert("outcome".to_owned(), "proposed".into());
        object.insert("pull_request".to_owned(), pull_request(pull));
    }
    value
}

fn pull_request(pull: &Pulled) -> Value {
    match pull {
        Pulled::Proposed(proposed) => {
            let deed = match proposed.deed {
                Deed::Opened => "opened",
                Deed::Edited => "edited",
                Deed::Nothing => "unchanged",
            };
            let Proposed { number, url, left_out, .. } = proposed;
            json!({ "number": number, "url": url, "deed": deed, "left_out": left_out })
        }
        Pulled::Retired(retired) => json!({ "number": retired.number, "deed": "closed" }),
    }
}

fn checked(checked: &Checked, code: u8) -> Value {
    let names = checked.reports.iter().map(|report| {
        let pins = report.pins.iter().map(|pin| json!({ "place": pin.place, "version": pin.version }));
        let signs = report.signs.iter();
        let signs =
            signs.map(|it| json!({ "sign": it.word(), "message": it.to_string(), "help": it.help() }));
        let pending = report.pending.as_ref().map(|it| {
            json!({
                "new": it.new,
                "commits": it.commits,
                "days": it.days,
                "compare": it.compare.as_ref().map(url::Url::as_str),
                "beyond": checked.is_beyond(report),
            })
        });
        json!({
            "name": report.name,
            "pins": pins.collect::<Vec<_>>(),
            "newest": report.newest,
            "pending": pending,
            "signs": signs.collect::<Vec<_>>(),
            "notices": report.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "problem": report.broken,
        })
    });
    let unwatched = checked.unwatched.pins.iter().map(
        |pin| json!({ "name": pin.name, "version": pin.version, "place": pin.place, "entry": pin.entry() }),
    );
    json!({
        "outcome": "checked",
        "exit": code,
        "names": names.collect::<Vec<_>>(),
        "unwatched": unwatched.collect::<Vec<_>>(),
        "notices": checked.unwatched.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn word(changed: bool, dry_run: bool) -> &'static str {
    match (changed, dry_run) {
        (false, _) => "unchanged",
        (true, false) => "changed",
        (true, true) => "would-change",
    }
}
