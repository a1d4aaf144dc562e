//! What a radio event or payload can be refused for.

/// Short for results that fail with a [`RadioError`].
pub type RadioResult<T> = Result<T, RadioError>;

/// An event or a payload that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RadioError {
    /// An event that is longer than any real one.
    #[error("the event has {length} bytes, more than {limit}")]
    EventTooLong {
        /// Its length, in bytes.
        length: usize,
        /// The most that is read.
        limit: usize,
    },

    /// An event whose objects and lists lie too deep in each other.
    #[error("the event nests more than {limit} levels deep")]
    EventTooDeep {
        /// The most levels that are read.
        limit: usize,
    },

    /// An event that is no JSON, or has something else where a field is expected.
    #[error("the event is not what {server} sends")]
    NotAnEvent {
        /// The network server whose format was expected.
        server: &'static str,
        /// What was found instead, with its line and column.
        #[source]
        source: serde_json::Error,
    },

    /// A field without which an event is worth nothing.
    #[error("the event has no {field}")]
    MissingField {
        /// Where the field belongs, with dots between the levels.
        field: &'static str,
    },

    /// A field that says something impossible.
    #[error("'{value}' in {field} is no {expected}")]
    InvalidField {
        /// Where the field lies, with dots between the levels.
        field: &'static str,
        /// The start of the rejected value.
        value: Box<str>,
        /// What belongs there, in words.
        expected: &'static str,
    },

    /// More receptions than gateways can hear one frame.
    #[error("{count} gateways heard the frame, more than {limit}")]
    TooManyGateways {
        /// How many the event lists.
        count: usize,
        /// The most that are read.
        limit: usize,
    },

    /// A payload that no LoRaWAN frame can carry.
    #[error("the payload has {length} bytes, more than {limit}")]
    PayloadTooLong {
        /// Its length, in bytes.
        length: usize,
        /// The most that a frame carries.
        limit: usize,
    },

    /// A port that carries no application payload.
    #[error("{codec} cannot read port {port}, which is none of 1 to 223")]
    NotAnApplicationPort {
        /// The codec that was to read it.
        codec: Box<str>,
        /// The port.
        port: u8,
    },

    /// A port that devices of this codec do not send on.
    #[error("{codec} does not use port {port}, expected {expected}")]
    UnusedPort {
        /// The codec that was to read it.
        codec: Box<str>,
        /// The port.
        port: u8,
        /// The port that it uses.
        expected: u8,
    },

    /// A payload whose length no frame of this codec has.
    #[error("{codec} has no frames of {length} bytes, expected {expected}")]
    WrongLength {
        /// The codec that tried.
        codec: Box<str>,
        /// Its length, in bytes.
        length: usize,
        /// The lengths that there are, in words.
        expected: Box<str>,
    },

    /// A byte or word that no frame of this codec has in this place.
    #[error("{codec} cannot have 0x{found:02x} at byte {offset}, expected {expected}")]
    UnexpectedValue {
        /// The codec that tried.
        codec: Box<str>,
        /// Where it stands in the payload.
        offset: usize,
        /// What stands there.
        found: u32,
        /// What belongs there, in words.
        expected: Box<str>,
    },

    /// A channel that the codec does not know, where it cannot be one of a newer firmware: at the
    /// start of a payload, or one that other devices use.
    #[error("{codec} does not know channel {channel:02x} type {kind:02x} at byte {offset}")]
    UnknownChannel {
        /// The codec that tried.
        codec: Box<str>,
        /// The channel's number.
        channel: u8,
        /// The type of its data.
        kind: u8,
        /// Where it starts in the payload.
        offset: usize,
    },

    /// A payload that ends in the middle of a channel or field.
    #[error("{codec} needs {needed} bytes at byte {offset}, where {left} are left")]
    TruncatedChannel {
        /// The codec that tried.
        codec: Box<str>,
        /// Where the channel starts in the payload.
        offset: usize,
        /// How many bytes the channel takes, its number and type included.
        needed: usize,
        /// How many there are.
        left: usize,
    },

    /// A payload that is no SenML pack in JSON.
    #[error("{codec} cannot read the payload as JSON")]
    NotJson {
        /// The codec that tried.
        codec: Box<str>,
        /// What was found instead, with its line and column.
        #[source]
        source: serde_json::Error,
    },

    /// A payload that is no SenML pack in CBOR.
    #[error("{codec} cannot read the payload as CBOR")]
    NotCbor {
        /// The codec that tried.
        codec: Box<str>,
        /// What was found instead.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A record of a SenML pack that breaks a rule of RFC 8428.
    #[error("{codec} cannot use record {record}: {reason}")]
    InvalidRecord {
        /// The codec that tried.
        codec: Box<str>,
        /// Its number, from 1.
        record: usize,
        /// The rule that it breaks.
        reason: Box<str>,
    },

    /// A declared profile that cannot be used.
    #[error("line {line}: {reason}")]
    InvalidProfile {
        /// The line of the file, from 1.
        line: usize,
        /// What is wrong there.
        reason: Box<str>,
    },
}
