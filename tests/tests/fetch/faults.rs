//! What is wrong with the answers of a server, one fault a function.

use tests::files::{Asked, End, Reply, ServedFile};

use super::{GEOJSON, outlines};

pub(super) fn cut_once(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    match asked.before {
        0 => file.whole().ending(End::Cut(1500)),
        _ => file.reply(asked),
    }
}

pub(super) fn broken_once(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    match asked.before {
        0 => Reply::status(500),
        _ => file.reply(asked),
    }
}

pub(super) fn renewed_between_two_parts(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    let older = outlines("Ancien", 4000);
    match asked.before {
        0 => ServedFile {
            bytes: &older,
            etag: "\"0\"",
            ..file.clone()
        }
        .whole()
        .ending(End::Cut(1500)),
        _ => file.reply(asked),
    }
}

pub(super) fn renewed_and_careless(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    match asked.before {
        1 => file.part(1500),
        _ => renewed_between_two_parts(asked, file),
    }
}

pub(super) fn another_part_than_asked_for(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    match asked.before {
        0 => file.whole().ending(End::Cut(1500)),
        1 => file.part(1400),
        _ => file.reply(asked),
    }
}

pub(super) fn without_versions(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    let mut reply = file.whole();
    reply.headers.retain(|(name, _)| *name == "content-type");
    match asked.before {
        0 => reply.ending(End::Cut(1500)),
        _ => reply,
    }
}

pub(super) fn silent(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().ending(End::Silent(100))
}

pub(super) fn trickling(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().ending(End::Trickle(50))
}

pub(super) fn never_whole(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().ending(End::Cut(1500))
}

pub(super) fn told_too_long(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().telling(Some(9000))
}

pub(super) fn told_too_short(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().telling(Some(2000))
}

pub(super) fn sound(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole()
}

pub(super) fn a_page(_: &Asked, file: &ServedFile<'_>) -> Reply {
    let page = b"<!DOCTYPE html><title>Maintenance</title>";
    ServedFile {
        bytes: page,
        content_type: "text/html; charset=utf-8",
        ..file.clone()
    }
    .whole()
}

pub(super) fn a_page_in_disguise(asked: &Asked, file: &ServedFile<'_>) -> Reply {
    let mut reply = a_page(asked, file);
    reply.headers = vec![("content-type", GEOJSON.to_owned())];
    reply
}

pub(super) fn in_a_circle(asked: &Asked, _: &ServedFile<'_>) -> Reply {
    Reply::redirect(&asked.path)
}

pub(super) fn out_of_the_web(_: &Asked, _: &ServedFile<'_>) -> Reply {
    Reply::redirect("file:///etc/hostname")
}

pub(super) fn larger_than_it_may_be(_: &Asked, file: &ServedFile<'_>) -> Reply {
    file.whole().telling(Some(2 << 20)).ending(End::Silent(100))
}

pub(super) fn larger_than_it_may_be_and_silent_about_it(_: &Asked, file: &ServedFile<'_>) -> Reply {
    let bytes = outlines("Montbéliard", 3 << 20);
    let file = ServedFile {
        bytes: &bytes,
        ..file.clone()
    };
    file.whole().telling(None)
}

pub(super) fn gone(_: &Asked, _: &ServedFile<'_>) -> Reply {
    Reply::status(404)
}

pub(super) fn always_broken(_: &Asked, _: &ServedFile<'_>) -> Reply {
    Reply::status(503)
}
