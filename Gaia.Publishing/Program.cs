using Gaia.Publishing.Configuration;

if (args is ["configuration", var folder])
{
    File.WriteAllText(Path.Combine(folder, ConfigurationReference.Path), ConfigurationReference.Write());
    Rewrite(EnvironmentFiles.Compose, EnvironmentFiles.WriteCompose);
    Rewrite(EnvironmentFiles.Example, EnvironmentFiles.WriteExample);
    return 0;

    void Rewrite(string name, Func<string, string> write) => File.WriteAllText(Path.Combine(folder, name), write(File.ReadAllText(Path.Combine(folder, name))));
}

Console.Error.WriteLine("Usage: ./run.sh publish configuration");
return 2;
