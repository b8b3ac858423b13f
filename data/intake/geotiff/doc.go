// Package geotiff reads one band of a GeoTIFF block by block, in memory bounded by one block: striped or tiled, classic or BigTIFF,
// cloud-optimised or not; integers of 8 to 64 bits and floats of 32 and 64; uncompressed, LZW, deflate or PackBits, with predictors.
// Overviews and masks are passed over.
//
// Formats: TIFF 6.0 (1992) with its technical notes on predictor 3, BigTIFF, and OGC GeoTIFF 1.1 (19-008r4). It is strict: offsets,
// counts and sizes that a file states are held against the file and the limits before memory is taken.
package geotiff
