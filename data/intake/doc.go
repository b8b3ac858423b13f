// Package intake turns the file of an office into rows of the domain and a quality sheet.
//
// Every format is read as a stream of rows ([Preview] shows how a file was understood); [Areas], [Settlements] and [Facilities]
// check, repair or refuse each row and return a [Batch]: what to store, how it differs from the project, and which row had which
// problem. Nothing is dropped silently and nothing is guessed silently: a coordinate system that is neither told, nor stated by the
// file, nor clear from the project is an [UnsureError].
//
// Files are hostile until read: sizes, counts and depths are bounded by [Limits].
package intake
