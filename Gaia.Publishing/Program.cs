using Gaia.Publishing.Configuration;

if (args is ["configuration", var folder])
{
    File.WriteAllText(Path.Combine(folder, ConfigurationReference.Path), ConfigurationReference.Write(folder));
    return 0;
}

Console.Error.WriteLine("Usage: ./run.sh publish configuration");
return 2;
