//! Code, place and next step of every error.

use std::borrow::Cow;

use problem::{Code, Diagnose, Place};

use super::{BumpError, Refusal};

impl Diagnose for BumpError {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::BadPath { .. } => "edit.bad_path",
            Self::NotUtf8 { .. } => "edit.not_utf8",
            Self::Tab { .. } => "edit.tab",
            Self::BrokenYaml { .. } => "edit.broken_yaml",
            Self::NoMatch { .. } => "edit.no_match",
            Self::SeveralMatches { .. } => "edit.several_matches",
            Self::Refused { refusal, .. } => refusal.code(),
            Self::Unproven { .. } => "edit.unproven",
            Self::UnknownName { .. } => "bump.unknown_name",
            Self::NoVersion { .. } => "bump.no_version",
            Self::SeveralSources { .. } => "bump.several_sources",
            Self::BadTarget { .. } => "bump.bad_target",
            Self::NotPublished { .. } => "bump.not_published",
            Self::AmbiguousHash { .. } => "bump.ambiguous_hash",
            Self::NoOrder { .. } => "bump.no_order",
            Self::Downgrade { .. } => "bump.downgrade",
            Self::WrongScheme { .. } => "bump.wrong_scheme",
            Self::Deprecated { .. } => "bump.deprecated",
            Self::Moved { .. } => "bump.moved",
            Self::Diverged { .. } => "bump.diverged",
            Self::History(fault) => fault.code(),
            Self::Branch(fault) => fault.code(),
            Self::Forge(fault) => fault.code(),
            Self::Revert(fault) => fault.code(),
            Self::Republished { .. } => "bump.republished",
            Self::NoTag { .. } => "source.no_tag",
            Self::BrokenAnswer { .. } => "source.broken_answer",
            Self::Config { fault, .. } => fault.code(),
            Self::ImagePart { .. } => "bump.image_part",
            Self::OtherImage { .. } => "bump.other_image",
            Self::NoLookup { .. } => "source.no_lookup",
            Self::BrokenIndex { .. } => "source.broken_index",
            Self::NoChart { .. } => "source.no_chart",
            Self::Unreachable { .. } => "source.unreachable",
            Self::Private(_) => "source.unauthorized",
            Self::Status { .. } => "source.status",
            Self::TooLarge { .. } => "source.too_large",
            Self::Read { .. } => "file.read",
            Self::Write { .. } => "file.write",
            Self::HalfWritten { .. } => "file.half_written",
            Self::ChangedMeanwhile { .. } => "file.changed_meanwhile",
        })
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::BadPath { .. } => {
                "join keys by dots, quote odd keys as JSON, and name items: `dependencies[name=binderhub].version`, `list[0]`".into()
            }
            Self::NotUtf8 { .. } => "save the file as UTF-8".into(),
            Self::Tab { .. } => "replace the tab by spaces".into(),
            Self::BrokenYaml { .. } => "correct the file; nothing was changed".into(),
            Self::NoMatch { near: Some(near), .. } => format!("did you mean `{near}`?").into(),
            Self::NoMatch { .. } => "look at the file: every step of the path must exist".into(),
            Self::SeveralMatches { .. } => {
                "choose one by its position, as in `dependencies[0].version`; of several documents only one may match".into()
            }
            Self::Refused { refusal, .. } => refusal.help().into(),
            Self::Unproven { .. } => "nothing was changed; edit this line by hand, and report the line as a defect".into(),
            Self::UnknownName { near: Some(near), .. } => format!("did you mean `{near}`?").into(),
            Self::UnknownName { searched, .. } if searched.is_empty() => {
                "there is no Chart.yaml and no requirements.yaml here: run it inside the deployment repository".into()
            }
            Self::UnknownName { searched, .. } => {
                let files: Vec<&str> = searched.iter().take(5).map(|file| file.as_str()).collect();
                let more = if searched.len() > 5 { ", ..." } else { "" };
                format!("these were read: {}{more}", files.join(", ")).into()
            }
            Self::NoVersion { .. } => "write a `version` there first".into(),
            Self::SeveralSources { .. } => "name the one that is meant: `bump set FILE PATH VERSION`".into(),
            Self::BadTarget { .. } => "a hash has 7 to 40 hexadecimal digits".into(),
            Self::NotPublished { newest, .. } => {
                let newest = newest.as_ref().map(|newest| format!("the newest there is {newest}; ")).unwrap_or_default();
                format!(
                    "{newest}wait for upstream's publish run to end and try again, or give a newer index with `--index FILE`; \
                     charts are often published from the merge commit, not from the commit that was merged"
                )
                .into()
            }
            Self::AmbiguousHash { .. } => "give more digits, or the whole version".into(),
            Self::NoOrder { .. } => "give a commit hash or a version".into(),
            Self::Downgrade { .. } => "pass `--allow-downgrade` if that is meant".into(),
            Self::WrongScheme { .. } => {
                "look for a version of that scheme, correct bump.yaml, or pass `--allow scheme`".into()
            }
            Self::Deprecated { .. } => {
                "look where the chart has moved, or pass `--allow deprecated` if this version is meant".into()
            }
            Self::Moved { to, .. } => {
                format!("change the repository to {to} first, or pass `--allow moved` to stay").into()
            }
            Self::Diverged { .. } => {
                "look at what would be lost, and pass `--allow downgrade` if that is meant".into()
            }
            Self::History(fault) => fault.help().into(),
            Self::Branch(fault) => fault.help().into(),
            Self::Forge(fault) => fault.help(),
            Self::Revert(fault) => fault.help().into(),
            Self::Republished { .. } => {
                "ask its publisher; pass `--allow digest` once you know what changed".into()
            }
            Self::NoTag { .. } => "give the whole tag, or try again later".into(),
            Self::BrokenAnswer { .. } => "look whether the address is right; a tag can be written with `bump set FILE PATH TAG`".into(),
            Self::Config { fault, .. } => fault.help(),
            Self::ImagePart { fault, .. } => fault.help().into(),
            Self::OtherImage { .. } => "correct the target or the source in bump.yaml".into(),
            Self::NoLookup { why, .. } if why.starts_with("`--offline`") => {
                "run it without `--offline`, or pass a saved index with `--index FILE`".into()
            }
            Self::NoLookup { .. } => {
                "download an index of the chart and pass it with `--index FILE`, or write the version with `bump set FILE PATH VERSION`".into()
            }
            Self::BrokenIndex { .. } => "look at what lies there: a Helm index has `apiVersion` and `entries`".into(),
            Self::NoChart { near: Some(near), .. } => format!("did you mean `{near}`?").into(),
            Self::NoChart { .. } => "look whether the chart has moved to another repository".into(),
            Self::Unreachable { .. } => "try again later, or pass a saved index with `--index FILE`".into(),
            Self::Private(fault) => fault.help(),
            Self::Status { .. } => {
                "look whether the repository has moved; a saved index can be passed with `--index FILE`".into()
            }
            Self::TooLarge { .. } => "look whether this is the right address".into(),
            Self::Read { .. } => "look whether it exists and may be read".into(),
            Self::Write { .. } => "look whether its folder may be written to; the file is as it was".into(),
            Self::HalfWritten { .. } => "see `git diff`, then run the command again".into(),
            Self::ChangedMeanwhile { .. } => "look at the file and run the command again".into(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Tab { place }
            | Self::BrokenYaml { place, .. }
            | Self::NoMatch { place, .. }
            | Self::SeveralMatches { place, .. }
            | Self::Refused { place, .. }
            | Self::Unproven { place, .. }
            | Self::NoVersion { place, .. }
            | Self::SeveralSources { place, .. }
            | Self::Config { place, .. }
            | Self::ImagePart { place, .. }
            | Self::OtherImage { place, .. } => Some((**place).clone()),
            Self::Downgrade { place, .. }
            | Self::WrongScheme { place, .. }
            | Self::Deprecated { place, .. }
            | Self::Diverged { place, .. }
            | Self::Moved { place, .. } => place.as_deref().cloned(),
            Self::BrokenIndex { origin, at: (line, column), .. } if *line > 0 => {
                Some(Place::new(origin.to_string(), *line, *column))
            }
            _ => None,
        }
    }
}

impl Refusal {
    const fn code(self) -> &'static str {
        match self {
            Self::Alias => "edit.alias",
            Self::ThroughAlias => "edit.through_alias",
            Self::MergeKey => "edit.merge_key",
            Self::DuplicateKey => "edit.duplicate_key",
            Self::BlockScalar => "edit.block_scalar",
            Self::Empty => "edit.empty_value",
            Self::Collection => "edit.collection",
            Self::Typed => "edit.typed",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Alias | Self::ThroughAlias => {
                "set the value where its anchor stands, for all who share it, or write one out here by hand"
            }
            Self::MergeKey => "set the value where it stands, or write the key out here by hand",
            Self::DuplicateKey => "remove one of the two",
            Self::BlockScalar => "edit the block by hand",
            Self::Empty => "write a first value by hand",
            Self::Collection => "go on with a key, `[0]` or `[name=...]`",
            Self::Typed => "remove the tag, or edit the value by hand",
        }
    }
}
