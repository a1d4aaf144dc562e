//! Writes small extracts in the PBF format, right or wrong on purpose.

/// Tags as they are written down in a test.
pub(crate) type Tags<'a> = &'a [(&'a str, &'a str)];

/// A member of a relation: type (0 node, 1 way, 2 relation), id, role.
pub(crate) type Member<'a> = (u64, i64, &'a str);

/// An extract in the making; objects are written in the order in which they are added.
#[derive(Default)]
pub(crate) struct Extract {
    strings: Vec<String>,
    groups: Vec<u8>,
}

impl Extract {
    pub(crate) fn node(mut self, id: i64, place: (f64, f64), tags: Tags<'_>) -> Self {
        let mut node = sint_field(1, id);
        node.extend(self.tags(tags));
        node.extend(sint_field(8, grid(place.1)));
        node.extend(sint_field(9, grid(place.0)));
        self.group(1, &node)
    }

    pub(crate) fn way(mut self, id: i64, refs: &[i64], tags: Tags<'_>) -> Self {
        let mut way = uint_field(1, id.cast_unsigned());
        way.extend(self.tags(tags));
        way.extend(bytes_field(8, &deltas(refs)));
        self.group(3, &way)
    }

    pub(crate) fn relation(mut self, id: i64, members: &[Member<'_>], tags: Tags<'_>) -> Self {
        let mut relation = uint_field(1, id.cast_unsigned());
        relation.extend(self.tags(tags));
        let roles: Vec<u64> = members.iter().map(|member| self.string(member.2)).collect();
        let ids: Vec<i64> = members.iter().map(|member| member.1).collect();
        relation.extend(bytes_field(8, &packed(roles)));
        relation.extend(bytes_field(9, &deltas(&ids)));
        relation.extend(bytes_field(
            10,
            &packed(members.iter().map(|member| member.0)),
        ));
        self.group(4, &relation)
    }

    /// Nodes without tags, numbered from `first`, in the dense form.
    pub(crate) fn dense(self, first: i64, places: &[(f64, f64)]) -> Self {
        let ids = (0..).zip(places).map(|(ix, _): (i64, _)| first + ix);
        let ids: Vec<i64> = ids.collect();
        let lats: Vec<i64> = places.iter().map(|place| grid(place.1)).collect();
        let lons: Vec<i64> = places.iter().map(|place| grid(place.0)).collect();
        let columns = [(1, deltas(&ids)), (8, deltas(&lats)), (9, deltas(&lons))];
        let columns = columns.map(|(field, column)| bytes_field(field, &column));
        self.group(2, &columns.concat())
    }

    /// The whole file, with one block of data.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [header(&["OsmSchema-V0.6", "DenseNodes"]), self.block()].concat()
    }

    /// The block of data alone, to be put behind others.
    pub(crate) fn block(&self) -> Vec<u8> {
        let table: Vec<u8> = self
            .strings
            .iter()
            .flat_map(|text| bytes_field(1, text.as_bytes()))
            .collect();
        let mut block = bytes_field(1, &[bytes_field(1, b""), table].concat());
        block.extend(&self.groups);
        blob("OSMData", &block)
    }

    fn group(mut self, field: u64, object: &[u8]) -> Self {
        self.groups
            .extend(bytes_field(2, &bytes_field(field, object)));
        self
    }

    fn tags(&mut self, tags: Tags<'_>) -> Vec<u8> {
        let keys: Vec<u64> = tags.iter().map(|(key, _)| self.string(key)).collect();
        let values: Vec<u64> = tags.iter().map(|(_, value)| self.string(value)).collect();
        [
            bytes_field(2, &packed(keys)),
            bytes_field(3, &packed(values)),
        ]
        .concat()
    }

    /// The number of a string; 0 is the empty one that starts every table.
    fn string(&mut self, text: &str) -> u64 {
        let ix = self
            .strings
            .iter()
            .position(|known| known == text)
            .unwrap_or_else(|| {
                self.strings.push(text.to_owned());
                self.strings.len() - 1
            });
        ix as u64 + 1
    }
}

/// A header block that asks its reader to know some features; taken at 2025-01-19T21:21:36Z.
pub(crate) fn header(features: &[&str]) -> Vec<u8> {
    let mut block: Vec<u8> = features
        .iter()
        .flat_map(|feature| bytes_field(4, feature.as_bytes()))
        .collect();
    block.extend(uint_field(32, 1_737_321_696));
    blob("OSMHeader", &block)
}

/// A block that is not compressed.
pub(crate) fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let body = bytes_field(1, content);
    framed(kind, body.len() as u64, &body)
}

/// A block whose header claims `size` bytes, whatever `body` has.
pub(crate) fn framed(kind: &str, size: u64, body: &[u8]) -> Vec<u8> {
    let head = [bytes_field(1, kind.as_bytes()), uint_field(3, size)].concat();
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    [&length[..], &head, body].concat()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "tests use places on and near the globe"
)]
fn grid(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn uint_field(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn sint_field(field: u64, value: i64) -> Vec<u8> {
    uint_field(field, zigzag(value))
}

fn bytes_field(field: u64, bytes: &[u8]) -> Vec<u8> {
    [
        varint(field << 3 | 2),
        varint(bytes.len() as u64),
        bytes.to_vec(),
    ]
    .concat()
}

fn packed(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    values.into_iter().flat_map(varint).collect()
}

fn deltas(values: &[i64]) -> Vec<u8> {
    let before = std::iter::once(0).chain(values.iter().copied());
    packed(
        values
            .iter()
            .zip(before)
            .map(|(value, before)| zigzag(value.wrapping_sub(before))),
    )
}
