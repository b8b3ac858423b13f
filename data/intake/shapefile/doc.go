// Package shapefile reads ESRI shapefiles as streams: the shapes of a .shp with the attributes of its .dbf, record by record, in
// bounded memory. It is strict: every length that a file states is held against what is there.
//
// Formats: "ESRI Shapefile Technical Description" (1998) and dBASE III/IV tables. Heights and measures are dropped; multipatches are
// refused.
package shapefile
