// The package comes without the program that its command line belongs to.
require('@20minutes/s3rver/lib/cli').parseAsync(process.argv);
