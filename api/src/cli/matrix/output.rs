//! Matrices as files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use simulator::roads::{Matrix, UNREACHABLE};

use super::cannot_write;
use crate::error::{ApiError, ApiResult};

/// Writes a matrix by the ending of the file's name: `.npy`, else as a table.
pub(super) fn write(path: &Path, matrix: &Matrix) -> ApiResult<()> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("npy") => write_with(path, |out| npy(out, matrix)),
        _ => write_with(path, |out| csv(out, matrix)),
    }
}

/// Refuses a name whose ending says nothing of the form, before there is anything to write.
pub(super) fn check(path: &Path) -> ApiResult<()> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv" | "npy") => Ok(()),
        _ => Err(ApiError::InvalidOption {
            option: "--out",
            value: path.display().to_string().into(),
            expected: "a name that ends in .csv or .npy",
        }),
    }
}

/// Writes a file through a buffer.
pub(super) fn write_with(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> ApiResult<()> {
    let file = File::create(path).map_err(cannot_write(path))?;
    let mut out = BufWriter::new(file);
    content(&mut out)
        .and_then(|()| out.flush())
        .map_err(cannot_write(path))
}

/// A row for each pair: source and target from 0, cost; empty where there is no way.
fn csv(out: &mut impl Write, matrix: &Matrix) -> std::io::Result<()> {
    writeln!(out, "from,to,cost")?;
    for row in 0..matrix.rows {
        for (column, &cost) in matrix.row(row).iter().enumerate() {
            if cost == UNREACHABLE {
                writeln!(out, "{row},{column},")?;
            } else {
                writeln!(out, "{row},{column},{cost}")?;
            }
        }
    }
    Ok(())
}

/// NumPy's format 1.0: u32, little-endian, in C order.
pub(super) fn npy(out: &mut impl Write, matrix: &Matrix) -> std::io::Result<()> {
    let (rows, columns) = (matrix.rows, matrix.columns);
    let mut head =
        format!("{{'descr': '<u4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // Magic, version and length take 10 bytes; all of it is a multiple of 64 and ends a line.
    let padded = (10 + head.len() + 1).next_multiple_of(64) - 10;
    head.extend(std::iter::repeat_n(' ', padded - head.len() - 1));
    head.push('\n');
    let length = u16::try_from(head.len()).unwrap_or(u16::MAX);
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(head.as_bytes())?;
    for row in 0..rows {
        for cost in matrix.row(row) {
            out.write_all(&cost.to_le_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Matrix {
        let mut matrix = Matrix::unfilled(2, 3);
        matrix.row_mut(0).copy_from_slice(&[0, 10, 20]);
        matrix
            .row_mut(1)
            .copy_from_slice(&[7, UNREACHABLE, UNREACHABLE]);
        matrix
    }

    #[test]
    fn a_table_leaves_out_what_cannot_be_reached() {
        let mut out = Vec::new();
        csv(&mut out, &matrix()).unwrap();
        let expected = "from,to,cost\n0,0,0\n0,1,10\n0,2,20\n1,0,7\n1,1,\n1,2,\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn an_array_begins_at_a_multiple_of_64() {
        let mut out = Vec::new();
        npy(&mut out, &matrix()).unwrap();
        let head = u16::from_le_bytes([out[8], out[9]]) as usize + 10;
        assert_eq!((head % 64, out[head - 1]), (0, b'\n'));
        assert_eq!(out.len(), head + 4 * 6);
        assert_eq!(out[head + 4..head + 8], 10_u32.to_le_bytes());
    }
}
