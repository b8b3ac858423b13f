// Package export writes what the program knows and finds in the formats that other tools take.
package export
