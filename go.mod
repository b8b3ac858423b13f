module lawcircle

go 1.26
