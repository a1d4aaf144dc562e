//! Frames that are set aside, as rows.

use twin_core::{DevEui, Uplink};

use super::{Damage, check_sum, checksum, decode, encode, to_db};
use crate::stores::error::StoreResult;
use crate::stores::set_aside::{Cause, FrameKey, SetAside};

/// A row before it is read.
#[derive(Debug)]
pub(in crate::stores) struct RawAside {
    pub(in crate::stores) no: i64,
    pub(in crate::stores) dev_eui: i64,
    pub(in crate::stores) session: String,
    pub(in crate::stores) f_cnt: u32,
    pub(in crate::stores) at: i64,
    pub(in crate::stores) cause: String,
    pub(in crate::stores) why: String,
    pub(in crate::stores) body: String,
    pub(in crate::stores) sum: i64,
}

impl RawAside {
    /// The row of a frame, before it has a number.
    pub(in crate::stores) fn new(one: &SetAside) -> StoreResult<Self> {
        let key = FrameKey::of(&one.uplink);
        let mut raw = Self {
            no: 0,
            dev_eui: device_to_db(key.dev_eui),
            session: key.session.into(),
            f_cnt: key.f_cnt,
            at: one.uplink.received_at.as_millis(),
            cause: one.cause.name().to_owned(),
            why: one.why.clone(),
            body: encode("a frame", &one.uplink)?,
            sum: 0,
        };
        raw.sum = raw.checksum();
        Ok(raw)
    }

    /// The checksum of all but the row's number, which is only given when it is written.
    pub(in crate::stores) fn checksum(&self) -> i64 {
        let text = format!("{}{}{}{}", self.session, self.cause, self.why, self.body);
        let lengths = [&self.session, &self.cause, &self.why].map(|text| text.len() as u64);
        let [session, cause, why] = lengths.map(to_db);
        let numbers = [
            self.dev_eui,
            self.f_cnt.into(),
            self.at,
            session,
            cause,
            why,
        ];
        checksum(&numbers, text.as_bytes())
    }

    pub(in crate::stores) fn read(&self) -> Result<SetAside, Damage> {
        let what = format!("frame {} of those set aside", self.no);
        check_sum(&what, self.checksum(), self.sum)?;
        let uplink: Uplink = decode(&self.body)
            .map_err(|problem| Damage(format!("{what} does not read: {problem}")))?;
        let cause = Cause::of(&self.cause)
            .ok_or_else(|| Damage(format!("{what} has the cause '{}'", self.cause)))?;
        Ok(SetAside {
            cause,
            why: self.why.clone(),
            uplink,
        })
    }
}

/// Databases' integers are signed: the same 64 bits.
pub(in crate::stores) const fn device_to_db(dev_eui: DevEui) -> i64 {
    dev_eui.0.cast_signed()
}

/// The device that a number stands for.
pub(in crate::stores) const fn device_from_db(number: i64) -> DevEui {
    DevEui(number.cast_unsigned())
}
