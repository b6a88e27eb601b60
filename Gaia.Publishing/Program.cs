using Gaia.Publishing;
using Gaia.Publishing.Configuration;
using Gaia.Publishing.Fly;
using Gaia.Publishing.Manifests;

try
{
    switch (args)
    {
        case ["fly", var manifest, var folder, var environment, .. var options]:
            var deployment = Deployment.Of(environment, options);
            foreach (var file in FlyApps.Of(Manifest.Read(manifest), deployment))
            {
                file.WriteTo(folder);
                Console.WriteLine($"{file.Path,-24} {file.App,-20} secrets: {(file.Secrets.Count == 0 ? "none" : string.Join(", ", file.Secrets))}");
            }

            Console.WriteLine("None of the secrets stands in a file. docs/deployment.md says how to set them, and what to run next.");
            return 0;

        case ["configuration", var folder]:
            File.WriteAllText(Path.Combine(folder, ConfigurationReference.Path), ConfigurationReference.Write(folder));
            return 0;

        default:
            Console.Error.WriteLine("""
                Usage: ./run.sh publish fly ENVIRONMENT [--region CODE] [--redis URL] [--nats 1|3]
                       ./run.sh publish configuration

                Writes docs/configuration.md, or fly.ENVIRONMENT.toml for the gateway and fly/*.ENVIRONMENT.toml for what is private, from the AppHost's manifest.

                --region CODE   Fly's name of the region to begin in (sjc)
                --redis URL     where Redis is, without its password (redis://fly-gaia-redis-ENVIRONMENT.upstash.io:6379)
                --nats 1|3      one NATS server, or a cluster of three with every stream on each of them (1)
                """);
            return 2;
    }
}
catch (PublishingException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return 1;
}
