// Package geo holds measures, coordinate systems, indexes, contouring and polygon set operations on orb types.
//
// An [github.com/paulmach/orb.Point] is always longitude, latitude in degrees (WGS-84 unless said otherwise); local metres have a
// type of their own. The package touches memory only: no files, clock, log or globals.
package geo
